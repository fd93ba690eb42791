# What is installed, and where. The Debian package (cmake/package.cmake) is made of these rules, and the container of
# the package. Paths below the prefix, /usr (CMakePresets.json): the service's unit names it.

install(TARGETS cordboard-router cordboardctl cordboard-sim RUNTIME DESTINATION bin)
install(DIRECTORY ${CMAKE_BINARY_DIR}/page DESTINATION share/cordboard)
# What cordboardctl tells of itself: its manual page, completions for shells (ctl/CMakeLists.txt).
install(DIRECTORY ${CMAKE_BINARY_DIR}/share/ DESTINATION share)

install(FILES deploy/debian/router.yaml DESTINATION /etc/cordboard)
install(FILES deploy/systemd/cordboard-router.service DESTINATION lib/systemd/system)
install(FILES deploy/systemd/cordboard.sysusers DESTINATION lib/sysusers.d RENAME cordboard.conf)

install(DIRECTORY deploy/alertmanager deploy/grafana deploy/kubernetes deploy/nginx deploy/prometheus
        DESTINATION share/cordboard PATTERN *.py EXCLUDE)
install(DIRECTORY proto/cordboard/v1 DESTINATION share/cordboard/proto/cordboard FILES_MATCHING PATTERN *.proto)

install(FILES README.md SECURITY.md CHANGELOG.md DESTINATION share/doc/cordboard)
install(DIRECTORY docs deploy/examples DESTINATION share/doc/cordboard)

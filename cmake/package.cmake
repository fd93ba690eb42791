# The Debian package: `./dev package` makes ${CMAKE_BINARY_DIR}/cordboard_VERSION_amd64.deb. Which libraries it needs,
# dpkg-shlibdeps finds out; deploy/debian has its scripts, and what is made when everything else is in place.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cordboard)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON) # for what is in /etc
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)

# As for Debian's own tools; there is no address unless one is given.
set(name $ENV{DEBFULLNAME})
set(address $ENV{DEBEMAIL})
if(NOT name OR NOT address)
  set(name "Cordboard maintainers")
  set(address maintainers@cordboard.invalid)
endif()
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${name} <${address}>")

set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "routing engine for contact centers")
set(CPACK_PACKAGE_DESCRIPTION
"Cordboard gives calls, chats, callbacks and tasks to the agents who can serve
them, in an order that it can explain, and tells everybody who needs to know.
It remembers what it acknowledged through crashes and power cuts.
.
The package has the router as a service, its dashboard for supervisors, the
operators' command line cordboardctl, the simulator cordboard-sim, and files
for Prometheus, Alertmanager, Grafana and nginx.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION comm)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "tzdata, systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "nginx, prometheus, prometheus-alertmanager")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(debian ${PROJECT_SOURCE_DIR}/deploy/debian)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${debian}/conffiles ${debian}/postinst ${debian}/prerm ${debian}/postrm)
set(CPACK_PRE_BUILD_SCRIPTS ${debian}/papers.cmake)

include(CPack)

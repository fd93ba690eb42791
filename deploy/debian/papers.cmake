# CPack runs it when the files are in place, and before they are packed.
execute_process(
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/papers.sh ${CPACK_TEMPORARY_DIRECTORY} ${CPACK_PACKAGE_VERSION}
          ${CPACK_DEBIAN_PACKAGE_MAINTAINER}
  COMMAND_ERROR_IS_FATAL ANY)

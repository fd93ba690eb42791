# cordboard_library(NAME SOURCES a.cc ... [LINK lib ...]) defines the static library cordboard_NAME.
# Headers are included from the repository root: #include "router/core/engine.h".
function(cordboard_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(cordboard_${NAME} STATIC ${ARG_SOURCES})
  target_include_directories(cordboard_${NAME} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(cordboard_${NAME} PUBLIC ${ARG_LINK} PRIVATE cordboard_options)
endfunction()

# cordboard_test(NAME SOURCES a_test.cc ... [LINK lib ...]) defines one GoogleTest binary whose cases
# ctest runs one by one, in parallel.
function(cordboard_test NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE ${ARG_LINK} cordboard_options GTest::gtest GTest::gmock GTest::gtest_main)
  target_include_directories(${NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${NAME} PRIVATE CORDBOARD_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             CORDBOARD_BINARY_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  gtest_discover_tests(${NAME} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
include(GoogleTest)

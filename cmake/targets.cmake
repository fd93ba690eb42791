# The kinds of target in this project. Headers are included from the repository root:
# #include "router/core/engine.h".

include(GoogleTest)

# cordboard_library(NAME SOURCES a.cc ... [LINK lib ...]) defines the static library cordboard_NAME.
function(cordboard_library NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_library(cordboard_${NAME} STATIC ${ARG_SOURCES})
  target_include_directories(cordboard_${NAME} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(cordboard_${NAME} PUBLIC ${ARG_LINK} PRIVATE cordboard_options)
endfunction()

# cordboard_test(NAME SOURCES a_test.cc ... [LINK lib ...] [TIMEOUT seconds]) defines one GoogleTest binary
# whose cases ctest runs one by one, in parallel.
function(cordboard_test NAME)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE ${ARG_LINK} cordboard_options GTest::gtest GTest::gmock GTest::gtest_main)
  target_include_directories(${NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${NAME} PRIVATE CORDBOARD_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             CORDBOARD_BINARY_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  # PRE_TEST: cases are listed when ctest starts, so a build runs no test binary (a ThreadSanitizer
  # binary may need address randomisation off, which ./dev arranges around ctest).
  gtest_discover_tests(${NAME} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT ${ARG_TIMEOUT})
endfunction()

# cordboard_bench(NAME SOURCES a_bench.cc ... [LINK lib ...] [SMOKE regex]) defines a Google Benchmark
# binary, whose name ends in _bench, and a ctest case that runs the benchmarks matching SMOKE (default:
# all) for a moment, so that none rots.
function(cordboard_bench NAME)
  cmake_parse_arguments(ARG "" "SMOKE" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_SMOKE)
    set(ARG_SMOKE ".")
  endif()
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE ${ARG_LINK} cordboard_options benchmark::benchmark)
  target_include_directories(${NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  add_test(NAME ${NAME}.smoke
           COMMAND ${NAME} --benchmark_min_time=0.001 --benchmark_filter=${ARG_SMOKE})
  set_tests_properties(${NAME}.smoke PROPERTIES TIMEOUT 300)
endfunction()

# cordboard_fuzzer(NAME SOURCES a_fuzzer.cc ... [LINK lib ...]) defines a libFuzzer binary, whose name
# ends in _fuzzer, in the `fuzz` preset; nothing in the others. Its seeds are tests/fuzz/corpus/NAME
# without the _fuzzer.
function(cordboard_fuzzer NAME)
  if(NOT CORDBOARD_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${NAME} ${ARG_SOURCES})
  target_link_libraries(${NAME} PRIVATE ${ARG_LINK} cordboard_options)
  target_include_directories(${NAME} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_options(${NAME} PRIVATE -fsanitize=fuzzer)
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_dependencies(fuzzers ${NAME})
endfunction()

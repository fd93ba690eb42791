# Warnings, hardening, sanitizers and the compiler cache, the same for every target.

option(CORDBOARD_WERROR "Treat warnings as errors" ON)
option(CORDBOARD_WITHOUT_GRPC "Build only the parts that do not link gRPC (for ThreadSanitizer)" OFF)
option(CORDBOARD_FUZZERS "Build the libFuzzer targets (needs clang)" OFF)
set(CORDBOARD_SANITIZE "" CACHE STRING "Value for -fsanitize=, empty for none")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# Linked by our own targets only, so that generated code is not held to our warnings.
add_library(cordboard_options INTERFACE)
target_compile_options(cordboard_options INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor
                                                   -Woverloaded-virtual -Wimplicit-fallthrough -Wno-missing-field-initializers)
if(CORDBOARD_WERROR)
  target_compile_options(cordboard_options INTERFACE -Werror)
endif()

# Paths from the repository root in messages and debug information: the same binary from any folder.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)

include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(CORDBOARD_FUZZERS)
  # So that the fuzzers see which branches their inputs take.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(CORDBOARD_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # With sanitizers g++ sees uses of uninitialised values that are none (its manual says so).
  target_compile_options(cordboard_options INTERFACE -Wno-maybe-uninitialized)
endif()

if(CORDBOARD_SANITIZE MATCHES "thread")
  # Asio orders its handlers by a mutex and fences once more; ThreadSanitizer sees the mutex only, and g++
  # warns of the fence. Everybody who includes Asio must agree.
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()

if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # What a source keeps to itself looks shared to g++ when a unity source includes it.
  target_compile_options(cordboard_options INTERFACE -Wno-subobject-linkage)
endif()

if(CORDBOARD_SANITIZE)
  # No _FORTIFY_SOURCE here: its checked functions bypass the sanitizers' interceptors.
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_compile_options(-fsanitize=${CORDBOARD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CORDBOARD_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection)
  add_link_options(-Wl,-z,relro,-z,now)
endif()

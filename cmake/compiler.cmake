# Warnings, sanitizers and linker choices, the same for every target.

option(CORDBOARD_WERROR "Treat warnings as errors" ON)
option(CORDBOARD_WITHOUT_GRPC "Build only the parts that do not link gRPC (for ThreadSanitizer)" OFF)
option(CORDBOARD_FUZZERS "Build the libFuzzer targets (needs clang)" OFF)
set(CORDBOARD_SANITIZE "" CACHE STRING "Value for -fsanitize=, empty for none")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

add_library(cordboard_options INTERFACE)
target_compile_options(cordboard_options INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor
                                                   -Woverloaded-virtual -Wimplicit-fallthrough)
if(CORDBOARD_WERROR)
  target_compile_options(cordboard_options INTERFACE -Werror)
endif()

if(CORDBOARD_SANITIZE)
  add_compile_options(-fsanitize=${CORDBOARD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CORDBOARD_SANITIZE})
endif()

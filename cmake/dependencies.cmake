# Everything comes from Debian 12 packages; ./dev installs them (cmake/packages.txt). Nothing is downloaded.

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(CJOSE REQUIRED IMPORTED_TARGET cjose)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(NCURSES REQUIRED IMPORTED_TARGET ncursesw)
find_package(yaml-cpp REQUIRED)
find_package(date CONFIG REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(Protobuf REQUIRED) # module mode: Debian ships no usable config file for it
if(NOT CORDBOARD_WITHOUT_GRPC)
  find_package(gRPC CONFIG REQUIRED) # after Protobuf
  find_package(prometheus-cpp CONFIG REQUIRED)
endif()

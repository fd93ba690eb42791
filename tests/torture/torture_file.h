// The file of nasty messages (messages.txt says what stands in it), and the answers that came, written into
// it.

#pragma once

#include <string>
#include <vector>

namespace cordboard::testing {

struct TortureCase {
  std::string name;
  std::string why;
  std::string rpc;            // "GatewayService/SubmitContact"
  std::string as;             // "ROLE NAME [TENANT]", "nobody", or empty
  std::string authorization;  // instead of a token; may be empty
  std::string tenant;         // header; may be empty
  std::string expect;         // "STATUS [REASON]"
  std::string message;        // the bytes
  std::string wrong;          // what is wrong with the block itself
};

std::vector<TortureCase> read_torture_file(const std::string& path);

// Writes the file again with these answers, one for each case.
void write_torture_file(const std::string& path, const std::vector<std::string>& answers);

}  // namespace cordboard::testing

#include "tests/torture/torture_file.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>

#include <fstream>
#include <map>
#include <memory>
#include <regex>
#include <sstream>

namespace cordboard::testing {
namespace {

// @TEXT*N@ -> N times TEXT.
std::string expanded(const std::string& text) {
  static const std::regex kTimes("@([^@]*?)\\*([0-9]+)@");
  std::string result;
  auto rest = text.begin();
  for (std::sregex_iterator match(text.begin(), text.end(), kTimes), end; match != end; ++match) {
    result.append(rest, text.begin() + match->position());
    const std::string times = (*match)[1].str();
    for (int i = std::stoi((*match)[2].str()); i > 0; --i) result += times;
    rest = text.begin() + match->position() + match->length();
  }
  return result.append(rest, text.end());
}

std::string from_hex(const std::string& text) {
  std::string bytes;
  std::string digits;
  for (const char c : expanded(text)) {
    if (c == ' ') continue;
    digits += c;
    if (digits.size() < 2) continue;
    bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
    digits.clear();
  }
  return bytes;
}

// The type of an rpc's request; nullptr when there is no such rpc.
const google::protobuf::Descriptor* request_of(const std::string& rpc) {
  const auto slash = rpc.find('/');
  const auto* const service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
      "cordboard.v1." + rpc.substr(0, slash));
  const auto* const method = service == nullptr ? nullptr : service->FindMethodByName(rpc.substr(slash + 1));
  return method == nullptr ? nullptr : method->input_type();
}

void from_text(const std::string& text, TortureCase& block) {
  const auto* const type = request_of(block.rpc);
  if (type == nullptr) return;  // of an rpc that does not exist
  auto* const factory = google::protobuf::MessageFactory::generated_factory();
  const std::unique_ptr<google::protobuf::Message> message(factory->GetPrototype(type)->New());
  google::protobuf::TextFormat::Parser parser;
  if (!parser.ParseFromString(expanded(text), message.get())) block.wrong = "not a " + type->full_name();
  message->SerializePartialToString(&block.message);
}

// "key: value" of a head; false when the line is something else.
bool read_head(const std::string& line, TortureCase& block) {
  const std::map<std::string, std::string*> heads = {
      {"why", &block.why},       {"rpc", &block.rpc},
      {"as", &block.as},         {"authorization", &block.authorization},
      {"tenant", &block.tenant}, {"expect", &block.expect}};
  const auto found = heads.find(line.substr(0, line.find(": ")));
  if (found == heads.end() || !found->second->empty()) return false;
  *found->second = expanded(line.substr(line.find(": ") + 2));
  return true;
}

}  // namespace

std::vector<TortureCase> read_torture_file(const std::string& path) {
  std::vector<TortureCase> cases;
  std::string text;
  const auto finish = [&] {
    if (!cases.empty() && !text.empty()) from_text(text, cases.back());
    text.clear();
  };
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("== ")) {
      finish();
      cases.emplace_back().name = line.substr(3);
    } else if (line.starts_with("#") || cases.empty()) {
      continue;
    } else if (line.starts_with("wire:")) {
      cases.back().message = from_hex(line.substr(5));
    } else if (!line.empty() && !read_head(line, cases.back())) {
      text += line + "\n";
    }
  }
  finish();
  return cases;
}

void write_torture_file(const std::string& path, const std::vector<std::string>& answers) {
  std::stringstream rewritten;
  std::ifstream file(path);
  std::size_t next = 0;
  for (std::string line; std::getline(file, line);) {
    const bool answer = line.starts_with("expect: ") && next < answers.size();
    rewritten << (answer ? "expect: " + answers[next++] : line) << "\n";
  }
  file.close();
  std::ofstream(path) << rewritten.str();
}

}  // namespace cordboard::testing

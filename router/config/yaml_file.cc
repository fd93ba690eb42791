#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>

#include "router/config/yaml_reader.h"
#include "router/core/utf8.h"

namespace cordboard {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

std::vector<std::size_t> starts_of_lines(std::string_view text) {
  std::vector<std::size_t> starts = {0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') starts.push_back(i + 1);
  }
  return starts;
}

std::string hex_of(char byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  return std::string("the byte 0x") + kDigits[value >> 4u] + kDigits[value & 15u];
}

// At most one byte more than is allowed: the path may be a device without an end. A directory opens well
// and fails at the first read, so both are checked.
std::string read_file(const std::string& path, std::string& reason) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 1u << 16> block;
  while (file && text.size() <= kMaxYamlBytes) {
    file.read(block.data(), block.size());
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  const int error = errno;
  if (!file.is_open() || file.bad()) reason = std::strerror(error != 0 ? error : EIO);
  return text;
}

// Notes where a document begins, and skips the rest of it.
struct DocumentStart : YAML::EventHandler {
  YAML::Mark mark;

  void OnDocumentStart(const YAML::Mark& start) override { mark = start; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
  }
  void OnMapEnd() override {}
};

}  // namespace

YamlFile::YamlFile(std::string text, std::string source_name) : source_(std::move(source_name)) {
  parse(std::move(text));
}

YamlFile::YamlFile(const Unreadable& unreadable, std::string source_name) : source_(std::move(source_name)) {
  report(YAML::Mark::null_mark(), "cannot be read: " + unreadable.reason);
}

YamlFile YamlFile::load(const std::string& path) {
  std::string reason;
  std::string text = read_file(path, reason);
  if (!reason.empty()) return {Unreadable{reason}, path};
  return {std::move(text), path};
}

void YamlFile::parse(std::string text) {
  text_ = std::move(text);
  if (text_.size() > kMaxYamlBytes) {
    report(YAML::Mark::null_mark(),
           "has more than the " + std::to_string(kMaxYamlBytes) + " bytes that are allowed");
    return;
  }
  if (text_.starts_with(kByteOrderMark)) text_.erase(0, kByteOrderMark.size());
  line_starts_ = starts_of_lines(text_);
  if (!check_utf8()) return;
  try {
    root_.reset(YAML::Load(text_));
    check_one_document();
  } catch (const YAML::DeepRecursion& error) {
    report(error.mark, "YAML syntax: nested too deeply", "close the brackets that were opened before");
  } catch (const YAML::Exception& error) {
    const std::string_view line = this->line(error.mark.line);
    const bool tab = line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos;
    report(error.mark, "YAML syntax: " + printable(error.msg),
           tab ? "indent with spaces, not with tabs" : "");
  } catch (const std::exception& error) {
    report(YAML::Mark::null_mark(), "YAML syntax: " + printable(error.what()));
  }
}

// What clients are told from the file has to be UTF-8, and yaml-cpp does not look.
bool YamlFile::check_utf8() {
  const std::size_t at = find_invalid_utf8(text_);
  if (at == std::string::npos) return true;
  const auto behind = std::upper_bound(line_starts_.begin(), line_starts_.end(), at);
  YAML::Mark mark;
  mark.line = static_cast<int>(behind - line_starts_.begin()) - 1;
  mark.column = static_cast<int>(at - *(behind - 1));
  report(mark, "not UTF-8: " + hex_of(text_[at]) + " is not part of a character", "save the file as UTF-8");
  return false;
}

// Not by YAML::LoadAll: that never ends on text such as ", a", where every document is empty.
void YamlFile::check_one_document() {
  std::istringstream text(text_);
  YAML::Parser parser(text);
  DocumentStart first;
  DocumentStart second;
  if (!parser.HandleNextDocument(first) || !parser.HandleNextDocument(second)) return;
  const bool stuck = first.mark.pos == second.mark.pos;
  report(second.mark, stuck ? "YAML syntax: a document cannot begin like this"
                            : "more text after the end of the document; only one document is allowed");
  root_.reset();
}

void YamlFile::report(const YAML::Mark& mark, std::string message, std::string suggestion) {
  diagnostics_.add({Severity::Error, source_, mark.line + 1, mark.is_null() ? 0 : mark.column + 1, "",
                    std::move(message), std::move(suggestion)});
}

bool YamlFile::may_read(std::size_t values) {
  const bool could = values_read_ <= kMaxYamlValues;
  values_read_ += values;
  if (values_read_ <= kMaxYamlValues) return true;
  if (could) {
    report(YAML::Mark::null_mark(), "stands for more than " + std::to_string(kMaxYamlValues) + " values");
  }
  return false;
}

std::string_view YamlFile::line(int number) const {
  if (number < 0 || static_cast<std::size_t>(number) >= line_starts_.size()) return {};
  const std::size_t begin = line_starts_[static_cast<std::size_t>(number)];
  const std::size_t end = text_.find('\n', begin);
  return std::string_view(text_).substr(begin, end == std::string::npos ? end : end - begin);
}

}  // namespace cordboard

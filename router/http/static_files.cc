#include "router/http/static_files.h"

#include <openssl/sha.h>

#include <array>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace cordboard {
namespace {

namespace fs = std::filesystem;

constexpr std::pair<std::string_view, const char*> kContentTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".map", "application/json"},
    {".txt", "text/plain; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wav", "audio/wav"},
    {".ogg", "audio/ogg"},
};

// Scripts, styles and data come from here only; no page of others frames this one.
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

const char* content_type_of(std::string_view path) {
  for (const auto& [ending, type] : kContentTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

std::string tag_of(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.data());
  std::string tag = "\"";
  for (std::size_t i = 0; i < 16; ++i) {
    tag += "0123456789abcdef"[hash[i] >> 4];
    tag += "0123456789abcdef"[hash[i] & 15];
  }
  return tag + '"';
}

// The next element of a list in a header, without the spaces around it.
std::string_view next_element(std::string_view& list) {
  const std::size_t comma = list.find(',');
  std::string_view element = list.substr(0, comma);
  list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  while (element.starts_with(' ') || element.starts_with('\t')) element.remove_prefix(1);
  while (element.ends_with(' ') || element.ends_with('\t')) element.remove_suffix(1);
  return element;
}

// "gzip, br;q=0.5": a coding without a weight, or with one that is not 0.
bool takes_gzip(const HttpRequest& request) {
  const std::string* const header = request.header("accept-encoding");
  if (header == nullptr) return false;
  for (std::string_view list = *header; !list.empty();) {
    const std::string_view element = next_element(list);
    if (!same_letters(element.substr(0, 4), "gzip")) continue;
    const std::string_view weight = element.substr(4);
    return weight.empty() || (weight.starts_with(';') && weight.find_first_of("123456789") != weight.npos);
  }
  return false;
}

bool has_tag(const HttpRequest& request, std::string_view tag) {
  const std::string* const header = request.header("if-none-match");
  if (header == nullptr) return false;
  for (std::string_view list = *header; !list.empty();) {
    std::string_view element = next_element(list);
    if (element.starts_with("W/")) element.remove_prefix(2);
    if (element == tag || element == "*") return true;
  }
  return false;
}

// Regular files of the folder and those below it, by path.
std::variant<std::map<std::string, fs::path>, std::string> files_in(const fs::path& folder) {
  std::map<std::string, fs::path> files;
  std::error_code error;
  for (auto it = fs::recursive_directory_iterator(folder, error); !error && it != fs::end(it);
       it.increment(error)) {
    if (it->is_symlink(error) || !it->is_regular_file(error)) continue;
    files.emplace("/" + it->path().lexically_relative(folder).generic_string(), it->path());
    if (files.size() > kMaxStaticFiles) {
      return folder.string() + ": more than " + std::to_string(kMaxStaticFiles) + " files";
    }
  }
  if (error) return folder.string() + ": " + error.message();
  return files;
}

}  // namespace

std::variant<StaticFiles, std::string> StaticFiles::load(const fs::path& folder) {
  auto found = files_in(folder);
  if (auto* wrong = std::get_if<std::string>(&found)) return std::move(*wrong);
  StaticFiles made;
  std::size_t total = 0;
  for (const auto& [path, file] : std::get<0>(found)) {
    std::ifstream stream(file, std::ios::binary);
    Content content;
    content.bytes.assign(std::istreambuf_iterator<char>(stream), {});
    if (!stream) return file.string() + ": cannot be read";
    total += content.bytes.size();
    if (total > kMaxStaticBytes) {
      return folder.string() + ": more than " + std::to_string(kMaxStaticBytes >> 20) + " MiB";
    }
    content.tag = tag_of(content.bytes);
    const bool gzip = path.ends_with(".gz");
    const std::string name = gzip ? path.substr(0, path.size() - 3) : path;
    File& entry = made.files_[name];
    entry.content_type = content_type_of(name);
    (gzip ? entry.gzip : entry.plain) = std::move(content);
  }
  // What is there as gzip only could not be given to everybody.
  std::erase_if(made.files_, [](const auto& file) { return file.second.plain.tag.empty(); });
  if (!made.has("/")) return folder.string() + ": no index.html in it";
  return made;
}

const StaticFiles::File* StaticFiles::find(std::string_view path) const {
  const auto found = files_.find(path == "/" ? std::string_view("/index.html") : path);
  return found == files_.end() ? nullptr : &found->second;
}

HttpResponse StaticFiles::answer(const HttpRequest& request) const {
  const File& file = *find(request.path);
  const bool gzip = !file.gzip.bytes.empty() && takes_gzip(request);
  const Content& content = gzip ? file.gzip : file.plain;
  HttpResponse response{200, file.content_type, "", {}};
  const bool hashed = request.path.starts_with(kHashedFiles);
  response.headers = {
      {"Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache"},
      {"ETag", content.tag},
      {"Content-Security-Policy", kContentSecurityPolicy},
      {"Referrer-Policy", "no-referrer"},
      {"X-Frame-Options", "DENY"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
  };
  if (!file.gzip.bytes.empty()) response.headers.push_back({"Vary", "Accept-Encoding"});
  if (has_tag(request, content.tag)) {
    response.status = 304;
    return response;
  }
  if (gzip) response.headers.push_back({"Content-Encoding", "gzip"});
  response.body = content.bytes;
  return response;
}

}  // namespace cordboard

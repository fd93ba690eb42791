// The dashboard's files, from memory.

#include "router/http/static_files.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "router/http/http_server.h"
#include "tests/http/http_client.h"

namespace cordboard::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class StaticFilesTest : public ::testing::Test {
 protected:
  StaticFilesTest() {
    std::string pattern = (fs::temp_directory_path() / "cordboard-files-XXXXXX").string();
    folder_ = fs::path(mkdtemp(pattern.data())) / "page";
    fs::create_directories(folder_ / "assets");
    write("index.html", "<!doctype html>");
    write("assets/app-1a2b.js", "let a;");
    write("assets/app-1a2b.js.gz", "zipped");
    write("logo.svg", "<svg/>");
    write("../secret.txt", "secret");
  }
  ~StaticFilesTest() override { fs::remove_all(folder_.parent_path()); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  StaticFiles load() const {
    auto loaded = StaticFiles::load(folder_);
    if (const auto* wrong = std::get_if<std::string>(&loaded)) ADD_FAILURE() << *wrong;
    return std::get<StaticFiles>(std::move(loaded));
  }
  std::string problem() const {
    auto loaded = StaticFiles::load(folder_);
    const auto* wrong = std::get_if<std::string>(&loaded);
    return wrong == nullptr ? "" : *wrong;
  }
  static HttpResponse get(const StaticFiles& files, const std::string& path,
                          std::vector<HttpHeader> headers = {}) {
    HttpRequest request{.method = "GET", .path = path};
    request.headers = std::move(headers);
    return files.answer(request);
  }
  static std::string header(const HttpResponse& response, const std::string& name) {
    for (const HttpHeader& header : response.headers) {
      if (header.name == name) return header.value;
    }
    return "";
  }

  fs::path folder_;
};

TEST_F(StaticFilesTest, EachHasItsTypeAndHowLongItIsKept) {
  const StaticFiles files = load();
  const HttpResponse index = get(files, "/");
  EXPECT_EQ(index.status, 200u);
  EXPECT_EQ(index.body, "<!doctype html>");
  EXPECT_EQ(index.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(header(index, "Cache-Control"), "no-cache");
  EXPECT_EQ(get(files, "/index.html").body, index.body);
  const HttpResponse script = get(files, "/assets/app-1a2b.js");
  EXPECT_EQ(script.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(header(script, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(get(files, "/logo.svg").content_type, "image/svg+xml");
}

TEST_F(StaticFilesTest, PagesLoadNothingFromElsewhereAndAreInNoFrame) {
  const std::string policy = header(get(load(), "/"), "Content-Security-Policy");
  for (const char* part : {"default-src 'none'", "script-src 'self';", "style-src 'self';",
                           "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"}) {
    EXPECT_THAT(policy, HasSubstr(part));
  }
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
}

TEST_F(StaticFilesTest, AFileThatABrowserHasIsNotSentAgain) {
  const StaticFiles files = load();
  const std::string tag = header(get(files, "/"), "ETag");
  EXPECT_EQ(tag.size(), 34u);
  for (const std::string& given : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
    const HttpResponse unchanged = get(files, "/", {{"If-None-Match", given}});
    EXPECT_EQ(unchanged.status, 304u) << given;
    EXPECT_EQ(unchanged.body, "");
    EXPECT_EQ(header(unchanged, "ETag"), tag);
  }
  EXPECT_EQ(get(files, "/", {{"If-None-Match", "\"other\""}}).status, 200u);
  write("index.html", "<!doctype html> ");
  EXPECT_NE(header(get(load(), "/"), "ETag"), tag);
}

TEST_F(StaticFilesTest, WhoTakesGzipGetsIt) {
  const StaticFiles files = load();
  const std::string path = "/assets/app-1a2b.js";
  for (const char* accepts : {"gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "deflate,GZIP"}) {
    const HttpResponse zipped = get(files, path, {{"Accept-Encoding", accepts}});
    EXPECT_EQ(zipped.body, "zipped") << accepts;
    EXPECT_EQ(header(zipped, "Content-Encoding"), "gzip");
    EXPECT_EQ(header(zipped, "Vary"), "Accept-Encoding");
    EXPECT_NE(header(zipped, "ETag"), header(get(files, path), "ETag"));
  }
  for (const char* accepts : {"", "br", "gzip;q=0", "gzip;q=0.0", "xgzip", "gzipx"}) {
    EXPECT_EQ(get(files, path, {{"Accept-Encoding", accepts}}).body, "let a;") << accepts;
  }
  EXPECT_FALSE(files.has(path + ".gz"));
}

TEST_F(StaticFilesTest, NothingElseIsThere) {
  fs::create_symlink(folder_.parent_path() / "secret.txt", folder_ / "link.txt");
  fs::create_directory_symlink(folder_.parent_path(), folder_ / "up");
  const StaticFiles files = load();
  for (const char* path :
       {"/secret.txt", "/../secret.txt", "/assets/../../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt",
        "/link.txt", "/up/secret.txt", "/up/page/index.html", "//index.html", "index.html", "", "/assets",
        "/assets/", "/INDEX.HTML", "/etc/passwd"}) {
    EXPECT_FALSE(files.has(path)) << path;
  }
}

TEST_F(StaticFilesTest, AFolderThatIsNoPageIsRefusedWithTheReason) {
  fs::remove(folder_ / "index.html");
  EXPECT_THAT(problem(), HasSubstr("no index.html"));
  fs::remove_all(folder_);
  EXPECT_THAT(problem(), HasSubstr("No such file"));
  std::ofstream(folder_.string()) << "a file";
  EXPECT_THAT(problem(), HasSubstr("Not a directory"));
}

// Calls that have every path.
class AllCalls final : public HttpCalls {
 public:
  bool has(std::string_view) const override { return true; }
  std::shared_ptr<HttpCall> begin(HttpRequest, std::shared_ptr<HttpReply> reply) override {
    reply->send({.body = "a call"});
    return nullptr;
  }
};

TEST_F(StaticFilesTest, CallsHideNoFiles) {
  HttpSite site;
  site.calls = std::make_shared<AllCalls>();
  site.files = std::make_shared<const StaticFiles>(load());
  auto started = HttpServer::start({"127.0.0.1", 0}, std::move(site));
  ASSERT_TRUE(std::holds_alternative<std::unique_ptr<HttpServer>>(started));
  const std::uint16_t port = std::get<0>(started)->port();
  EXPECT_EQ(http_get(port, "/logo.svg").body, "<svg/>");
  EXPECT_EQ(http_get(port, "/logo.svg", "HEAD").status, 200);
  EXPECT_EQ(http_get(port, "/logo.svg", "POST").body, "a call");
  EXPECT_EQ(http_get(port, "/other").status, 405);
}

TEST_F(StaticFilesTest, TheServerServesThemBesideItsRoutes) {
  HttpSite site;
  site.routes.emplace("/healthz", at_once([] { return HttpResponse{.body = "ok\n"}; }));
  site.files = std::make_shared<const StaticFiles>(load());
  auto started = HttpServer::start({"127.0.0.1", 0}, std::move(site));
  ASSERT_TRUE(std::holds_alternative<std::unique_ptr<HttpServer>>(started));
  const std::uint16_t port = std::get<0>(started)->port();
  EXPECT_EQ(http_get(port, "/").body, "<!doctype html>");
  EXPECT_EQ(http_get(port, "/?x=1").body, "<!doctype html>");
  EXPECT_THAT(http_get(port, "/", "HEAD").head, HasSubstr("Content-Length: 15"));
  EXPECT_EQ(http_get(port, "/healthz").body, "ok\n");
  EXPECT_EQ(http_get(port, "/../secret.txt").status, 404);
  EXPECT_EQ(http_get(port, "/index.html", "POST").status, 405);
  EXPECT_THAT(http_get(port, "/").head, HasSubstr("X-Content-Type-Options: nosniff"));
  const std::string tag = header(get(load(), "/"), "ETag");
  const std::string again = cordboard::testing::exchange(
      port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nIf-None-Match: " + tag + "\r\n\r\n");
  EXPECT_EQ(again.substr(9, 3), "304");
  EXPECT_EQ(again.substr(again.size() - 4), "\r\n\r\n") << "no body";
}

}  // namespace
}  // namespace cordboard::testing

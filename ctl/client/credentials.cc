#include "ctl/client/credentials.h"

#include <arpa/inet.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>
#include <netinet/in.h>

#include <algorithm>

#include "ctl/client/command_failed.h"
#include "ctl/client/files.h"
#include "router/codec/plain_text.h"
#include "router/config/config.h"
#include "router/store/tenant_folders.h"

namespace cordboard::ctl {
namespace {

[[noreturn]] void reject(const std::string& message) { throw CommandFailed(ExitCode::BadConfig, message); }

// By address: `127.example` is the name of some other host.
bool is_loopback(const std::string& target) {
  const std::string host = parse_listen_address(target)->host;
  in_addr four{};
  in6_addr six{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  if (::inet_pton(AF_INET6, host.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
  return host == "localhost";
}

void check_address(const RouterChoice& choice) {
  const auto address = parse_listen_address(choice.target);
  if (!address || address->port == 0)
    reject("--target '" + plain_text(choice.target) +
           "': expected HOST:PORT, like 127.0.0.1:7070 or [::1]:7070");
  if (!choice.tenant.empty() && !is_tenant_name(choice.tenant))
    reject("--tenant '" + plain_text(choice.tenant) + "': expected 1 to 64 letters, digits, '_' and '-'");
}

std::string read_pem(const char* option, const std::string& path, const char* what) {
  if (path.empty()) return {};
  std::string text = read_file(option, path);
  if (text.find(std::string(what) + "-----") == std::string::npos)
    reject(std::string(option) + " " + path + ": has no " + what + " in PEM");
  return text;
}

// Any other byte would end the program within gRPC. The token is not in the message: it is a secret.
void check_token(const std::string& token, const std::string& from) {
  const auto allowed = [](unsigned char byte) { return byte > ' ' && byte < 0x7f; };
  const auto wrong = std::find_if_not(token.begin(), token.end(), allowed);
  if (wrong != token.end())
    reject(from + ": byte " + std::to_string(wrong - token.begin() + 1) +
           " is no part of a bearer token: expected printable ASCII without spaces, on one line");
}

std::string token_of(const RouterChoice& choice) {
  if (choice.token_file.empty()) {
    check_token(choice.token, "CORDBOARD_TOKEN");
    return choice.token;
  }
  const std::string from = "--token-file " + choice.token_file;
  std::string token = read_file("--token-file", choice.token_file);
  token.erase(token.find_last_not_of(" \t\r\n") + 1);
  if (token.empty()) reject(from + ": is empty");
  check_token(token, from);
  return token;
}

std::shared_ptr<grpc::ChannelCredentials> channel_credentials(const RouterChoice& choice) {
  if (!choice.encrypted()) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = read_pem("--ca", choice.ca, "CERTIFICATE");
  options.pem_cert_chain = read_pem("--cert", choice.certificate, "CERTIFICATE");
  options.pem_private_key = read_pem("--key", choice.key, "PRIVATE KEY");
  return grpc::SslCredentials(options);
}

}  // namespace

std::shared_ptr<grpc::Channel> open_channel(const RouterChoice& choice) {
  check_address(choice);
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // an earlier failure must not slow this one
  // What is for this machine stays on it, whatever http_proxy says.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, is_loopback(choice.target) ? 0 : 1);
  return grpc::CreateCustomChannel(choice.target, channel_credentials(choice), arguments);
}

void add_metadata(const RouterChoice& choice, grpc::ClientContext& context) {
  if (!choice.tenant.empty()) context.AddMetadata("cordboard-tenant", choice.tenant);
  const std::string token = token_of(choice);
  if (token.empty()) return;
  if (!choice.encrypted() && !is_loopback(choice.target)) {
    reject("a token is not sent to " + choice.target +
           " unencrypted, where others could read it: give --ca FILE, or --tls for the system's authorities");
  }
  context.AddMetadata("authorization", "Bearer " + token);
}

}  // namespace cordboard::ctl

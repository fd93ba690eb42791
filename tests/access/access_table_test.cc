// The table of roles: what must be true of it whatever it says in detail.

#include "router/access/access_table.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace cordboard::testing {
namespace {

TEST(AccessTableTest, EachRpcHasOneRowAndSomebodyWhoMayCallIt) {
  std::set<std::string_view> rpcs;
  for (const AccessRow& row : access_table()) {
    EXPECT_TRUE(rpcs.insert(row.rpc).second) << row.rpc;
    EXPECT_FALSE(row.roles.empty()) << row.rpc;
  }
}

// Gateways and agents are many and stand in many places: they get nothing but their own service. Only
// supervisors and admins change anything for others, and observers change nothing.
TEST(AccessTableTest, RolesStayInTheirServices) {
  for (const AccessRow& row : access_table()) {
    const bool of_gateways = row.rpc.starts_with("GatewayService/");
    const bool of_agents = row.rpc.starts_with("AgentService/");
    EXPECT_EQ(row.roles.has(Role::Gateway), of_gateways) << row.rpc;
    EXPECT_EQ(row.roles.has(Role::Agent), of_agents) << row.rpc;
    EXPECT_EQ(row.roles.has(Role::Admin), !of_gateways && !of_agents) << row.rpc;
    EXPECT_TRUE(!row.roles.has(Role::Observer) || row.roles.has(Role::Supervisor)) << row.rpc;
  }
}

// The lines of the table in docs/API.md, between its two marks.
std::vector<std::string> documented_rows() {
  std::ifstream file(CORDBOARD_SOURCE_DIR "/docs/API.md");
  std::vector<std::string> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "<!-- access table -->") inside = true;
    if (line == "<!-- end of access table -->") inside = false;
    if (inside && line.starts_with("| `")) rows.push_back(line);
  }
  return rows;
}

TEST(AccessTableTest, TheDocumentationPrintsIt) {
  std::vector<std::string> expected;
  for (const AccessRow& row : access_table()) {
    std::string roles;
    for (const Role role : kAllRoles) {
      if (row.roles.has(role)) roles += (roles.empty() ? "" : ", ") + std::string(to_string(role));
    }
    expected.push_back("| `" + std::string(row.rpc) + "` | " + roles + " |");
  }
  EXPECT_EQ(documented_rows(), expected) << ::testing::PrintToString(expected);
}

}  // namespace
}  // namespace cordboard::testing

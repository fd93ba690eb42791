// A thin owner of one SQLite connection and its prepared statements, with every failure as a StoreError.
//
// The message of an error names the file, what was tried, what SQLite and the operating system said, and
// what the operator can do. Not thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "router/store/result.h"
#include "router/store/shadow_files.h"

struct sqlite3;
struct sqlite3_stmt;

namespace cordboard::sqlite {

// Marks bytes for a BLOB column; a plain string_view binds as TEXT.
struct Blob {
  std::string_view bytes;
};

// A prepared statement. Bound texts and blobs are not copied: they must live until reset() or run().
// REQUIRES: its Database outlives it.
class Statement {
 public:
  template <typename... Values>
  Statement& bind(const Values&... values) {
    int index = 0;
    (bind_at(++index, values), ...);
    return *this;
  }

  // True when there is a row, false at the end. After the end or an error the statement is reset.
  Result<bool> step();
  // Steps to the end, ignoring rows.
  Result<void> run();
  void reset();

  // Of the current row, columns from 0. Views live until the next step() or reset().
  uint64_t integer(int column) const;
  std::string_view bytes(int column) const;

 private:
  friend class Database;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };

  void bind_at(int index, uint64_t value);
  void bind_at(int index, int64_t value);
  void bind_at(int index, std::string_view text);
  void bind_at(int index, Blob blob);

  const class Database* database_ = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

class Database {
 public:
  // Opens or creates the file. Commits move the write-ahead log into it from time to time; closing does
  // so only after checkpoint_on_close(true).
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file, const std::string& vfs,
                                                std::chrono::milliseconds lock_wait);
  // The same for a file that is there and stays as it is: what is written stays in memory.
  static Result<std::unique_ptr<Database>> open_untouched(const std::filesystem::path& file,
                                                          std::chrono::milliseconds lock_wait);

  Result<void> execute(const char* sql);
  // Undoes the running transaction, unless SQLite did so when the disk failed.
  Result<void> roll_back();
  Result<Statement> prepare(const char* sql) const;
  // The first column of the first row, as a number or as text.
  Result<uint64_t> integer(const char* sql) const;
  Result<std::string> text(const char* sql) const;

  void checkpoint_on_close(bool enabled);
  const std::filesystem::path& file() const { return file_; }

  // What just failed, from the connection's last error code.
  StoreError error(std::string_view action) const;
  // What the store itself found wrong with the content.
  StoreError damaged(std::string_view what, uint64_t position) const;

 private:
  struct Closer {
    void operator()(sqlite3* database) const;
  };

  explicit Database(std::filesystem::path file) : file_(std::move(file)) {}

  Result<void> connect(const std::string& vfs, std::chrono::milliseconds lock_wait);

  std::filesystem::path file_;
  std::unique_ptr<ShadowFiles> shadow_;  // before what is open on it
  std::unique_ptr<sqlite3, Closer> handle_;
};

}  // namespace cordboard::sqlite

#include "policy/profile/toml_table.h"

#include <gtest/gtest.h>

#include <functional>

namespace inkan::policy {
namespace {

struct Document {
  toml::table parsed;
  TomlTable table;

  explicit Document(const std::string& text)
      : parsed(TomlTable::parse(text, "x.toml")), table(parsed, "", "x.toml") {}
};

std::string complaint_of(const std::function<void()>& read) {
  try {
    read();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::config);
    return error.what();
  }
  return "";
}

TEST(TomlTable, GivesWhatItWasAskedFor) {
  Document d(
      "t = \"a\"\nn = -3\nb = true\nl = [\"x\", \"y\"]\n[in.ner]\nz = 1\n[[many]]\nk = 1\n[[many]]\nk = 2\n");
  EXPECT_EQ(d.table.text("t"), "a");
  EXPECT_EQ(d.table.text("none", "otherwise"), "otherwise");
  EXPECT_EQ(d.table.integer("n", -3, 0), -3);
  EXPECT_EQ(d.table.integer("none", 0, 9, 5), 5);
  EXPECT_TRUE(d.table.boolean("b", false));
  EXPECT_TRUE(d.table.boolean("none", true));
  EXPECT_EQ(d.table.texts("l"), (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(d.table.texts("none").empty());
  EXPECT_EQ(d.table.table("in").table("ner").integer("z", 0, 1), 1);
  EXPECT_TRUE(d.table.table_or_empty("none").keys().empty());
  auto many = d.table.tables("many");
  ASSERT_EQ(many.size(), 2u);
  EXPECT_EQ(many[1].integer("k", 0, 9), 2);
  EXPECT_TRUE(d.table.tables("none").empty());
  EXPECT_EQ(d.table.keys(), (std::vector<std::string>{"b", "in", "l", "many", "n", "t"}));
  EXPECT_EQ(complaint_of([&] { d.table.finish(); }), "");
}

TEST(TomlTable, NamesTheWholePathOfAKey) {
  Document d("[in.ner]\nz = 1\n[[many]]\nk = 1\n");
  auto inner = d.table.table("in").table("ner");
  EXPECT_EQ(complaint_of([&] { inner.text("z"); }), "x.toml:2:5: `in.ner.z` must be a string");
  EXPECT_EQ(complaint_of([&] { d.table.tables("many")[0].text("k"); }),
            "x.toml:4:5: `many.k` must be a string");
  EXPECT_EQ(complaint_of([&] { d.table.tables("in"); }),
            "x.toml:1:1: `in` must be an array of tables, [[in]]");
}

TEST(TomlTable, RefusesWhatNobodyAskedFor) {
  Document d("a = 1\nb = 2\n");
  d.table.integer("a", 0, 9);
  d.table.has("c");
  EXPECT_EQ(complaint_of([&] { d.table.finish(); }), "x.toml:2:1: unknown key `b`; known here: a, c");
}

TEST(TomlTable, TakesTheEndsOfARange) {
  Document d("a = 9223372036854775807\nb = -9223372036854775808\n");
  const auto most = std::numeric_limits<std::int64_t>::max(),
             least = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(d.table.integer("a", 0, most), most);
  EXPECT_EQ(d.table.integer("b", least, 0), least);
  EXPECT_NE(
      complaint_of([&] { d.table.integer("a", 0, most - 1); }).find("it must be a whole number from 0 to"),
      std::string::npos);
}

TEST(TomlTable, ANumberBeyond64BitsIsNotToml) {
  EXPECT_TRUE(
      complaint_of([] { TomlTable::parse("a = 9223372036854775808", "x.toml"); }).starts_with("x.toml:1:"));
}

}  // namespace
}  // namespace inkan::policy

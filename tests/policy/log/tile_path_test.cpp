#include "policy/log/tile_path.h"

#include <gtest/gtest.h>

#include "policy/log/leaf.h"
#include "policy/types/error.h"

namespace inkan::policy {
namespace {

// The examples of the C2SP tlog-tiles specification.
TEST(TilePath, IsAsTheSpecificationWritesIt) {
  EXPECT_EQ((TilePath{false, 0, 1234067}.text()), "tile/0/x001/x234/067");
  EXPECT_EQ((TilePath{true, 0, 0, 5}.text()), "tile/entries/000.p/5");
  EXPECT_EQ((TilePath{false, 3, 999}.text()), "tile/3/999");
  EXPECT_EQ((TilePath{false, 1, 1000, 255}.text()), "tile/1/x001/000.p/255");
}

TEST(TilePath, IsReadAsItWasWritten) {
  for (const std::uint64_t index :
       {0ull, 7ull, 999ull, 1000ull, 123456ull, 1234067ull, 18446744073709551615ull})
    for (const unsigned width : {1u, 17u, 255u, 256u})
      for (const TilePath& path : {TilePath{false, 0, index, width}, TilePath{false, 7, index, width},
                                   TilePath{true, 0, index, width}})
        EXPECT_EQ(TilePath::parse(path.text()), path) << path.text();
}

TEST(TilePath, InAnyOtherFormIsNone) {
  for (const char* text : {"",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/1",
                           "tile/0/01",
                           "tile/0/0001",
                           "tile/00/001",
                           "tile/8/001",
                           "tile/-1/001",
                           "tile/0/x001",
                           "tile/0/001/002",
                           "tile/0/x000/001",
                           "tile/0/x001/2",
                           "tile/0/y001/002",
                           "tile/0/001.p/",
                           "tile/0/001.p/0",
                           "tile/0/001.p/256",
                           "tile/0/001.p/01",
                           "tile/0/001.p/1/",
                           "/tile/0/001",
                           "tile/0/../001",
                           "tile/entries/1",
                           "tile/entries/0/001",
                           "tile/0/001 ",
                           "tile/0/x018446744073709551616",
                           "tile/0/x018/x446/x744/x073/x709/x551/616",
                           "entries/001",
                           "tile/0/00a"})
    EXPECT_FALSE(TilePath::parse(text)) << text;
}

// "a tree of size 70,000 will be represented by 273 full level 0 tiles, one partial level 0 tile of width
// 112, one full level 1 tile, one partial level 1 tile of width 17, and one partial level 2 tile of width 1"
TEST(TilePath, OfATreeAreThoseOfTheSpecificationsExample) {
  EXPECT_EQ(partial_tiles(70'000),
            (std::vector<TilePath>{{false, 0, 273, 112}, {false, 1, 1, 17}, {false, 2, 0, 1}}));
  EXPECT_EQ(tile_width(70'000, 0, 272), 256u);
  EXPECT_EQ(tile_width(70'000, 0, 273), 112u);
  EXPECT_EQ(tile_width(70'000, 0, 274), 0u);
  EXPECT_EQ(tile_width(70'000, 1, 0), 256u);
  EXPECT_EQ(tile_width(70'000, 1, 1), 17u);
  EXPECT_EQ(tile_width(70'000, 2, 0), 1u);
  EXPECT_EQ(tile_width(70'000, 3, 0), 0u);
  // "a tree of size 256 will be represented by a full level 0 tile and a partial level 1 tile of width 1"
  EXPECT_EQ(partial_tiles(256), (std::vector<TilePath>{{false, 1, 0, 1}}));
  EXPECT_EQ(tile_width(256, 0, 1), 0u);
  EXPECT_TRUE(partial_tiles(0).empty());
  EXPECT_EQ(tile_width(5, 99, 0), 0u);
}

TEST(EntryBundle, IsEachEntryBehindItsLength) {
  std::string bundle;
  append_entry(bundle, as_bytes("abc"));
  append_entry(bundle, BytesView());
  append_entry(bundle, as_bytes(std::string(258, 'x')));
  EXPECT_EQ(to_hex(as_bytes(bundle)).substr(0, 18), "000361626300000102");
  const auto entries = parse_entries(as_bytes(bundle));
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 3u);
  EXPECT_EQ(as_text((*entries)[0]), "abc");
  EXPECT_TRUE((*entries)[1].empty());
  EXPECT_EQ((*entries)[2].size(), 258u);
}

TEST(EntryBundle, WhoseLengthsDoNotAddUpIsNone) {
  for (const char* hex : {"00", "0001", "000261", "0001610001", "ffff61"})
    EXPECT_FALSE(parse_entries(*from_hex(hex))) << hex;
  EXPECT_TRUE(parse_entries(BytesView())->empty());
  std::string bundle;
  EXPECT_NO_THROW(append_entry(bundle, Bytes(k_max_leaf)));
  EXPECT_THROW(append_entry(bundle, Bytes(k_max_leaf + 1)), Error);
}

}  // namespace
}  // namespace inkan::policy

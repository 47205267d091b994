// A log as the daemon writes it, without daemon or token: for tests of what reads it, and for the benchmark.
#pragma once

#include <functional>
#include <map>
#include <random>

#include "policy/log/leaf.h"
#include "policy/log/merkle_tree.h"
#include "policy/log/tile_path.h"

namespace inkan::test {

class LogStory {
 public:
  using Sink = std::function<void(policy::LeafIndex, const std::string&)>;

  // Leaves go to the sink as they are made.
  explicit LogStory(Sink sink, std::uint64_t seed = 1) : sink_(std::move(sink)), random_(seed) {
    begin_run();
  }

  policy::LeafIndex append(policy::Event event,
                           const policy::Identity& actor = policy::Identity::system_job("test")) {
    time_ += std::chrono::microseconds(500);
    return put(policy::encode_leaf(event, actor, origin_, edge_.size(), uuid(), time_));
  }
  // A leaf of a type that a later version may have.
  policy::LeafIndex append_as(const std::string& type, const policy::Event& event) {
    time_ += std::chrono::microseconds(500);
    auto leaf = policy::encode_leaf(event, policy::Identity::system_job("test"), origin_, edge_.size(),
                                    uuid(), time_);
    const std::string known = "\"type\":\"" + std::string(policy::name(event.type)) + "\"";
    return put(leaf.replace(leaf.find(known), known.size(), "\"type\":\"" + type + "\""));
  }
  policy::LeafIndex put(const std::string& leaf) {
    sink_(edge_.size(), leaf);
    edge_.append(policy::hash_leaf(policy::as_bytes(leaf)));
    return edge_.size() - 1;
  }

  std::string hex(std::size_t octets) {
    std::string text;
    constexpr const char* k_digits = "0123456789abcdef";
    for (std::size_t i = 0; i < 2 * octets; ++i) text += k_digits[random_() % 16];
    if (text[0] > '7') text[0] = '1';
    return text;
  }

  // The set-up: keys born, a ceremony that tells of it, and the run that keeps it. Not ended: keys may still
  // be born in it.
  void set_up(bool ended = true) {
    ceremony_ = "018f2a5c-0000-7000-8000-000000000001";
    ca_key_ = birth("ca", "P-256");
    birth("ledger", "Ed25519");
    begin_run();
    start();
    append(ceremony_step("start"));
    issue();
    crl();
    if (ended) append(ceremony_step("done"));
    append({.type = policy::EventType::log_stop});
    begin_run();
    start();
  }
  policy::Event ceremony_step(const std::string& step) const {
    policy::Event event{.type = policy::EventType::ceremony_step, .target = {"ceremony", ceremony_}};
    event.detail = {{"ceremony_id", ceremony_}, {"step", step}, {"result", "done"}};
    return event;
  }
  // Of what the evidence key signs, and the end of a transcript's.
  policy::LeafIndex evidence_intent(const std::string& tbs_sha256) {
    policy::Event event{.type = policy::EventType::sign_intent};
    event.detail = {
        {"purpose", "evidence"}, {"key_id", birth("evidence", "P-256")}, {"tbs_sha256", tbs_sha256}};
    return append(event);
  }
  // To sign so many OCSP responses, and how that ended.
  policy::LeafIndex responses_intent(std::uint64_t count) {
    policy::Event event{.type = policy::EventType::sign_intent};
    event.detail = {
        {"purpose", "ocsp"}, {"key_id", birth("ocsp", "P-256")}, {"tbs_sha256", hex(32)}, {"count", count}};
    return append(event);
  }
  void responses(policy::LeafIndex intent, std::uint64_t made, std::uint64_t failed, std::uint64_t possible) {
    policy::Event event{.type = policy::EventType::ocsp_sign};
    event.detail = {
        {"intent", intent}, {"count", made}, {"failed", failed}, {"possible", possible}, {"retries", 0}};
    append(event);
  }
  policy::Event transcript(policy::LeafIndex intent, const std::string& sha256) const {
    auto event = ceremony_step("transcript");
    event.detail.update({{"intent", intent}, {"sha256", sha256}, {"tries", 1}});
    return event;
  }
  std::string birth(const std::string& purpose, const std::string& algorithm) {
    const std::string id = hex(16);
    policy::Event event{.type = policy::EventType::key_generate, .target = {"key", id}};
    event.detail = {{"key_id", id},           {"cka_id", id},
                    {"alg", algorithm},       {"bits", 256},
                    {"purpose", purpose},     {"attrs", {{"CKA_SENSITIVE", true}}},
                    {"spki_sha256", hex(32)}, {"ceremony_id", ceremony_}};
    append(event);
    return id;
  }
  void begin_run() { origin_ = {"node-1", hex(4) + "-0000-4000-8000-" + hex(6), "0.1.0"}; }
  void start() {
    const auto head = edge_.head();
    start_at(head.size, head.root);
  }
  void start_at(std::uint64_t size, const policy::Sha256& root) {
    policy::Event log{.type = policy::EventType::log_start};
    log.detail = {{"tree_size", size}, {"root", root.hex()}};
    append(log);
    policy::Event run{.type = policy::EventType::daemon_start};
    run.detail = {{"build", "0.1.0"},
                  {"config_sha256", std::string(64, 'c')},
                  {"module_sha256", nlohmann::json::object()}};
    append(run);
  }

  policy::Event certificate_event(policy::EventType type, const std::string& serial) {
    policy::Event event{.type = type, .target = {"certificate", serial}};
    event.request_id = "01TESTREQUEST0000000000000";
    event.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    event.profile = "client-auth";
    event.profile_version = 3;
    event.profile_sha256 = std::string(64, 'a');
    return event;
  }
  policy::LeafIndex intent(const std::string& serial, const std::string& tbs_sha256,
                           std::uint64_t shard = 0) {
    auto event = certificate_event(policy::EventType::sign_intent, serial);
    event.detail = {{"purpose", "certificate"}, {"key_id", ca_key_},      {"tbs_sha256", tbs_sha256},
                    {"serial", serial},         {"spki_sha256", hex(32)}, {"authority", "issuing"},
                    {"csr_sha256", hex(32)}};
    if (shard > 0) event.detail["shard"] = shard;
    return append(event, web_tier());
  }
  policy::Event outcome(policy::LeafIndex of, const std::string& serial, const std::string& sha256) {
    auto event = certificate_event(policy::EventType::cert_issue, serial);
    event.detail = {{"intent", of},
                    {"serial", serial},
                    {"sha256", sha256},
                    {"not_before", "2026-11-22T15:00:00Z"},
                    {"not_after", "2027-11-22T14:59:59Z"},
                    {"sig_alg", "ecdsa-with-SHA256"},
                    {"tries", 1}};
    return event;
  }
  std::string issue(std::uint64_t shard = 0) {
    const std::string serial = hex(19);
    append(outcome(intent(serial, hex(32), shard), serial, hex(32)), web_tier());
    return serial;
  }
  policy::Event unsigned_event(policy::EventType type, policy::LeafIndex of, const std::string& serial) {
    auto event = certificate_event(type, serial);
    event.outcome = "failure";
    event.detail = {{"intent", of}, {"rv", 48}, {"tries", 1}};
    return event;
  }
  policy::Event late(policy::LeafIndex of) {
    policy::Event event{.type = policy::EventType::sign_late};
    event.detail = {{"intent", of}, {"tries", 1}, {"sha256", hex(32)}};
    return event;
  }
  void revoke(const std::string& serial) {
    policy::Event event{.type = policy::EventType::cert_revoke, .target = {"certificate", serial}};
    event.detail = {{"serial", serial}, {"reason", "superseded"}};
    append(event, web_tier());
  }
  void hold(const std::string& serial, bool on = true) {
    policy::Event event{.type = on ? policy::EventType::cert_hold : policy::EventType::cert_unhold,
                        .target = {"certificate", serial}};
    event.detail = {{"serial", serial}};
    append(event, web_tier());
  }
  void crl() {
    crl(number_ + 1, number_ + 1);
    ++number_;
  }
  // Of a shard, whose leaves may disagree about that.
  void shard_crl(std::uint64_t intended, std::uint64_t issued) {
    ++number_;
    crl(number_, number_, intended, issued);
  }
  void crl(std::uint64_t intended, std::uint64_t issued, std::uint64_t intended_shard = 0,
           std::uint64_t issued_shard = 0) {
    policy::Event event{.type = policy::EventType::sign_intent, .target = {"authority", "issuing"}};
    event.detail = {{"purpose", "crl"}, {"key_id", ca_key_}, {"tbs_sha256", hex(32)}, {"number", intended}};
    if (intended_shard > 0) event.detail["shard"] = intended_shard;
    const auto of = append(event);
    policy::Event crl{.type = policy::EventType::crl_issue, .target = {"authority", "issuing"}};
    crl.detail = {{"intent", of},
                  {"number", issued},
                  {"this_update", "2026-11-22T15:00:00Z"},
                  {"next_update", "2026-11-23T15:00:00Z"},
                  {"count", 1},
                  {"sha256", hex(32)},
                  {"tries", 1}};
    if (issued_shard > 0) crl.detail["shard"] = issued_shard;
    append(crl);
  }

  policy::TreeHead head() const { return edge_.head(); }
  const policy::RightEdge& edge() const { return edge_; }
  const std::string& ca_key() const { return ca_key_; }
  void go_back(std::chrono::microseconds by) { time_ -= by; }

 private:
  static policy::Identity web_tier() {
    return policy::Identity::authenticated("web-1", policy::Role::web_tier, policy::Fingerprint({}),
                                           "192.0.2.1");
  }
  std::string uuid() {
    const auto ms = static_cast<std::uint64_t>(time_.time_since_epoch().count() / 1000);
    policy::Bytes octets;
    for (int shift = 40; shift >= 0; shift -= 8) octets.push_back(static_cast<std::uint8_t>(ms >> shift));
    const std::string text = policy::to_hex(octets);
    return text.substr(0, 8) + "-" + text.substr(8) + "-7000-8000-" + hex(6);
  }

  Sink sink_;
  std::mt19937_64 random_;
  policy::RightEdge edge_;
  policy::LeafOrigin origin_;
  policy::InstantMicros time_{std::chrono::seconds(1'795'000'000)};
  std::string ceremony_, ca_key_;
  std::uint64_t number_ = 0;
};

// The files of a log below its folder, by name: entries and tiles of a tree, the checkpoint left to the
// caller.
class TileFiles {
 public:
  using Put = std::function<void(const std::string& name, const std::string& octets)>;

  explicit TileFiles(Put put) : put_(std::move(put)) {}

  void append(const std::string& leaf) {
    policy::append_entry(bundle_, policy::as_bytes(leaf));
    for (const auto& tile : edge_.append(policy::hash_leaf(policy::as_bytes(leaf)))) put_tile(tile);
    if (edge_.size() % policy::Tile::k_width == 0) put_bundle(policy::Tile::k_width);
  }
  void finish() {
    for (const auto& path : policy::partial_tiles(edge_.size())) put_tile(edge_.partial_tile(path.level));
    if (const auto width = edge_.size() % policy::Tile::k_width) put_bundle(static_cast<unsigned>(width));
  }
  policy::TreeHead head() const { return edge_.head(); }

 private:
  void put_tile(const policy::Tile& tile) {
    const policy::TilePath path{
        .level = tile.level, .index = tile.index, .width = static_cast<unsigned>(tile.hashes.size())};
    put_(path.text(), std::string(policy::as_text(tile.encode())));
  }
  void put_bundle(unsigned width) {
    const policy::TilePath path{
        .entries = true, .index = (edge_.size() - 1) / policy::Tile::k_width, .width = width};
    put_(path.text(), bundle_);
    bundle_.clear();
  }

  Put put_;
  policy::RightEdge edge_;
  std::string bundle_;
};

}  // namespace inkan::test

// The configuration inside log records: core <-> cordboard.storage.v1. Part of storage_codec.

#pragma once

#include "cordboard/storage/v1/config.pb.h"
#include "router/codec/storage_reader.h"
#include "router/core/config.h"

namespace cordboard {

void store_steps(const std::vector<RelaxStep>& from,
                 google::protobuf::RepeatedPtrField<storage::v1::RelaxStep>* to);
std::vector<RelaxStep> load_steps(google::protobuf::RepeatedPtrField<storage::v1::RelaxStep>& from,
                                  StorageReader& reader);
void store_config(const TenantConfig& from, storage::v1::TenantConfig* to);
void store_profile(const AgentProfile& from, storage::v1::AgentProfile* to);

// Move texts out of `from`. What does not fit is reported to `reader`; the result is then of no use.
TenantConfig load_config(storage::v1::TenantConfig& from, StorageReader& reader);
AgentProfile load_profile(storage::v1::AgentProfile& from, StorageReader& reader);

}  // namespace cordboard

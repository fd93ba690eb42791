// The API of Cordboard for both examples: loads the protos and reads the command line.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const protoDir = fileURLToPath(new URL("../../proto", import.meta.url));

// Numbers of 64 bits come as strings, enums by name, absent fields are absent.
const definition = protoLoader.loadSync(
  ["cordboard/v1/gateway_service.proto", "cordboard/v1/agent_service.proto"],
  { includeDirs: [protoDir], keepCase: true, longs: String, enums: String, oneofs: true },
);
const { cordboard } = grpc.loadPackageDefinition(definition);

// options: {name: default}; every option is a text, given as --name value. Adds --target.
export function readOptions(options) {
  const wanted = { target: "127.0.0.1:7070", ...options };
  const types = Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, { type: "string", default: value }]));
  return parseArgs({ options: types }).values;
}

export function connect(service, target) {
  return new cordboard.v1[service](target, grpc.credentials.createInsecure());
}

export const seconds = (duration) => Number(duration?.seconds ?? 0) + (duration?.nanos ?? 0) / 1e9;

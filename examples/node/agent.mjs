// An agent's desktop: logs in, takes offers, talks, hangs up, wraps up. Ends after --calls calls (0: never).
//
//   node agent.mjs [--agent ID] [--skills english:80,sales:50] [--calls N] [--talk SECONDS] [--wrap_up SECONDS]
//
// An agent that the configuration lists has the skills written there; for others, give --skills.
import { connect, readOptions, seconds } from "./cordboard.mjs";

const options = readOptions({ agent: "node-agent", skills: "", calls: "1", talk: "2", wrap_up: "1" });
const session = connect("AgentService", options.target).Session();
const agent_id = options.agent;
const say = (text) => console.log(`${agent_id}: ${text}`);
const after = (duration, action) => setTimeout(action, Number(duration) * 1000);
let calls = 0;
let tag = 0;

function send(request) {
  session.write({ requests: [{ tag: ++tag, ...request }] });
}

session.on("error", (error) => {
  console.error(`agent: ${error.details || error.message}`);
  process.exit(1);
});
session.on("data", ({ responses }) => responses.forEach(handle));

const skills = options.skills.split(",").filter(Boolean).map((text) => {
  const [skill, level] = text.split(":");
  return { skill, level: Number(level ?? 1) };
});
const profile = skills.length > 0 ? { skills } : undefined;
send({ login: { agent_id, profile, ready: true } });

function handle({ reply, notice }) {
  if (reply?.login) {
    say("logged in, ready");
    setInterval(() => send({ heartbeat: { agent_ids: [agent_id] } }), seconds(reply.login.heartbeat_interval) * 1000).unref();
  }
  if (reply?.rejection) console.error(`agent: refused, ${reply.rejection.reason}: ${reply.rejection.detail}`);
  if (reply?.rejection && reply.tag === "1") process.exit(1); // the login; other refusals are normal: an accept that was late
  if (notice?.offer_created) answer(notice.offer_created);
  const event = notice?.event;
  if (event?.contact_connected) talk(event.contact_connected.contact_id);
  if (event?.offer_ended?.state === "RESCINDED") say(`offer taken back: ${event.offer_ended.cause}`);
  if (event?.wrap_up_started) finish(event.wrap_up_started.contact_id);
  if (event?.wrap_up_ended) done(event.wrap_up_ended.contact_id);
}

function answer({ offer_id, contact_id, queue, attributes }) {
  say(`rings: ${contact_id} from ${queue} ${attributes}`);
  send({ accept: { agent_id, offer_id } });
}

function talk(contact_id) {
  say(`talks with ${contact_id}`);
  after(options.talk, () => send({ end: { agent_id, contact_id } }));
}

function finish(contact_id) {
  say(`wraps up ${contact_id}`);
  after(options.wrap_up, () => send({ finish_wrap_up: { agent_id, contact_id } }));
}

function done(contact_id) {
  say(`is done with ${contact_id}`);
  if (++calls !== Number(options.calls)) return;
  send({ logout: { agent_id } });
  session.end();
  session.on("end", () => process.exit(0));
}

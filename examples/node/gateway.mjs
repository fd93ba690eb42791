// A telephony gateway: submits one call, prints what happens to it, and ends when the call has ended.
//
//   node gateway.mjs [--queue sales] [--contact ID] [--requires "english >= 50"] [--patience SECONDS]
import { connect, readOptions, seconds } from "./cordboard.mjs";

const options = readOptions({ queue: "sales", contact: `call-${Date.now()}`, requires: "", patience: "60", gateway: "node-gateway" });
const session = connect("GatewayService", options.target).Session();
const send = (request) => session.write({ requests: [request] });
const say = (text) => console.log(`${options.contact}: ${text}`);

session.on("error", (error) => {
  console.error(`gateway: ${error.details || error.message}`);
  process.exit(1);
});
session.on("data", ({ responses }) => responses.forEach(handle));

// Who we are comes first. Events of our contacts follow on this stream, in order.
session.write({ hello: { gateway: options.gateway } });
send({
  tag: 1,
  submit: {
    request_id: `submit-${options.contact}`, // a repeated id is answered as the first time: safe to send again
    contact_id: options.contact,
    gateway: options.gateway,
    queue: options.queue,
    requirement: options.requires,
    customer: "customer-42",
    attributes: JSON.stringify({ subject: "my order" }),
  },
});

// The caller hangs up when nobody answers in time.
const impatience = setTimeout(() => {
  say("the caller hangs up");
  send({ tag: 2, end: { contact_id: options.contact } });
}, Number(options.patience) * 1000);

function handle({ welcome, reply, notice }) {
  if (welcome) return keepAlive(seconds(welcome.heartbeat_interval));
  if (reply?.rejection) {
    console.error(`gateway: refused, ${reply.rejection.reason}: ${reply.rejection.detail}`);
    process.exit(1);
  }
  const event = notice?.event;
  if (event?.contact_queued) say(`waits in ${event.contact_queued.queue}, ${event.contact_queued.waiting} there`);
  if (event?.offer_created) say(`rings at ${event.offer_created.agent_id}`);
  if (event?.contact_requeued) say(`waits again: ${event.contact_requeued.cause}`);
  if (event?.contact_connected) {
    clearTimeout(impatience); // here a real gateway connects the two voice channels
    say(`talks with ${event.contact_connected.agent_id} after ${seconds(event.contact_connected.wait).toFixed(3)} s`);
  }
  if (event?.wrap_up_started) say("the conversation is over");
  if (event?.contact_ended) {
    say(`is ${event.contact_ended.state}`);
    clearTimeout(impatience);
    session.end();
    process.exit(0);
  }
}

function keepAlive(interval) {
  setInterval(() => send({ heartbeat: {} }), (interval || 10) * 1000).unref();
}

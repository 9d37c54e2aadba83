// What may be shown now, in memory: a whole consumer of wire.enriched.  It reads the topic anew at each start.
//
//     node consumer.mjs BOOTSTRAP [--once]      --once: print it as JSON when nothing has come for five seconds
import { decompress } from "fzstd";
import kafkajs from "kafkajs";

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
CompressionCodecs[CompressionTypes.ZSTD] = () => ({ decompress: async (data) => Buffer.from(decompress(data)) });

const IGNORED = new Set(["repeat", "late"]); // nothing new, or older than what we have
const [bootstrap, once] = process.argv.slice(2);
const shown = new Map();

// What an item changes of what is shown.  Members and values that it does not know change nothing.
function apply(item) {
  const { uri, dispatch, pubStatus = "usable" } = item;
  if (IGNORED.has(dispatch.kind)) return;
  if (pubStatus === "canceled" || dispatch.mergedInto) {
    shown.delete(uri);
  } else if (item.representationType === "partial") {
    // a recall or an advisory: about an item that we have
    const known = shown.get(uri);
    if (known) Object.assign(known, { status: pubStatus, why: dispatch.why ?? null });
  } else {
    const headline = item.headlines?.[0]?.value ?? ""; // what is empty is absent
    shown.set(uri, { version: item.version, headline, status: pubStatus, why: null });
  }
}

const kafka = new Kafka({ clientId: "shown", brokers: [bootstrap], logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `shown-${process.pid}-${Date.now()}`, readUncommitted: false });
let last = Date.now();
await consumer.connect();
await consumer.subscribe({ topic: "wire.enriched", fromBeginning: true });
consumer.on(consumer.events.GROUP_JOIN, () => (last = Date.now()));
await consumer.run({
  autoCommit: false,
  eachMessage: async ({ message }) => {
    last = Date.now();
    if (message.headers.ce_type?.toString() !== "wire.item") return; // skip what later releases may add
    apply(JSON.parse(message.value));
  },
});
while (once && Date.now() - last < 5000) await new Promise((resolve) => setTimeout(resolve, 200));
if (once) {
  await consumer.disconnect();
  console.log(JSON.stringify(Object.fromEntries(shown)));
}

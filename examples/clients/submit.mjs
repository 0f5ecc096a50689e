// Upstream CAM in JavaScript: publish a job, follow it to its record. Needs Node 20 and two packages:
//   npm install @nats-io/transport-node @nats-io/jetstream
// usage: node submit.mjs NATS_URL RUNS_URL JOB.json
import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

const [natsUrl, runsUrl, file] = process.argv.slice(2);
const body = await readFile(file, "utf8");
const { job_id: jobId } = JSON.parse(body);

const address = new URL(natsUrl);
const bus = await connect({ servers: address.host, user: address.username || undefined, pass: address.password || undefined });
await jetstream(bus).publish("rmos.job.submitted.v1", body, { expect: { streamName: "RMOS" } });
await bus.drain();

let answer;
while ((answer = await fetch(`${runsUrl}/api/rmos/runs/runs/${jobId}`)).status === 404) await setTimeout(200);
const run = await answer.json();
console.log([run.status, run.risk, ...run.reasons].join("\n"));

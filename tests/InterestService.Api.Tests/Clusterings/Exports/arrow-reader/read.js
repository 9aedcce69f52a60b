// Reads an Arrow stream from the standard input and writes each row as a line of JSON; times are milliseconds since 1970.
import { tableFromIPC } from 'apache-arrow';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
for (const row of tableFromIPC(Buffer.concat(chunks))) console.log(JSON.stringify(row));

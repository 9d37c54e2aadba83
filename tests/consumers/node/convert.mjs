// Reads JSON values, one a line, by the code that quicktype made: node convert.mjs MODULE FUNCTION < values
import { readFileSync } from "node:fs";

const [module, name] = process.argv.slice(2);
const { default: made } = await import(module);
for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) made[name](line);

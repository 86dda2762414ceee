import type { components } from "./schema.js";

type Problem = components["schemas"]["Problem"];

/** Ends the program unless the values are equal. */
export function equal<T>(what: string, got: T, want: NoInfer<T>): void {
  if (got !== want) throw new Error(`${what}: ${got}, want ${want}`);
}

/** Returns the data of an answer, or ends with its problem. */
export function answered<T>(what: string, answer: { data?: T; error?: Problem }): T {
  if (answer.data === undefined) throw new Error(`${what}: ${JSON.stringify(answer.error)}`);
  return answer.data;
}

/** Returns the problem of an answer that must have one. */
export function refused(what: string, answer: { error?: Problem }): Problem {
  if (answer.error === undefined) throw new Error(`${what} is not refused`);
  return answer.error;
}

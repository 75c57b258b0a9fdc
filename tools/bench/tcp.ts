// npm run bench -- tcp: TCP between two stacks in one process, beside what the same octets take without any protocol.
import { bulk } from './bulk.ts'
import { turns } from './turns.ts'

export function run(): boolean {
  const passed = bulk()
  return turns() && passed
}

// npm run size [-- --json]: octets of every entry point and example beside their budgets, what being observable costs, and
// what the slots of TCP do.
import { measure } from './measure.ts'
import { observability } from './observability.ts'
import { slots } from './slots.ts'

const rows = measure()
let passed = rows.every(row => row.passed)
if (process.argv.includes('--json')) console.log(JSON.stringify(rows))
else {
  const width = Math.max(...rows.map(row => row.name.length))
  console.log(`${'octets'.padEnd(width)}       raw    brotli    budget`)
  for (const row of rows) {
    const numbers = [row.raw, row.brotli, row.budget || '-'].map(n => n.toLocaleString('en').padStart(10)).join('')
    console.log(row.name.padEnd(width) + numbers + (row.passed ? '' : '  OVER BUDGET'))
  }
  passed = (await observability()) && slots() && passed
}
process.exitCode = passed ? 0 : 1

// npm run requirements: joins the requirement lists with the tests that ran last (npm test), and fails when a MUST of a
// package has neither a passed test titled with its id nor a line in the package's waivers.tsv.
import { packages } from '../sources.mjs'
import { faultsOf, isMust, lastRun, requirements } from './lists.ts'

const faults = faultsOf(lastRun())
for (const fault of faults) console.log(fault)
const owned = requirements.filter(row => isMust(row) && packages.some(p => p.name === row.owner))
const open = faults.filter(fault => fault.includes('has neither')).length
console.log(
  `requirements: ${owned.length - open} of ${owned.length} MUST and MUST NOT shown by a test or left out with a reason`,
)
process.exitCode = faults.length > 0 ? 1 : 0

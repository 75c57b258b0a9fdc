// The end of .ci/run: adds up the tests that vitest reported, the checks of the tools and the steps, and closes on
// `N passed, N failed, N skipped`, alone on the last line. The tests that failed are named here again: what runs between
// them and the end is long. A step that failed without a failed test counts as one.
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './sources.mjs'

const cache = join(root, 'node_modules/.cache')
const read = file => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null)
const sum = { passed: 0, failed: 0, skipped: 0 }

/** What a step counted by itself, or nothing. */
function counts(step) {
  const report = step === 'test' ? read(join(cache, 'vitest.json')) : read(join(cache, 'tally', `${step}.json`))
  if (!report || step !== 'test') return report
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report
  for (const file of testResults) {
    if (file.status !== 'failed') continue
    const name = relative(root, file.name)
    if (file.assertionResults.length === 0) console.log(`FAILED ${name}: ${file.message}`)
    for (const { status, fullName, failureMessages } of file.assertionResults) {
      if (status === 'failed') console.log(`FAILED ${name} > ${fullName}\n${failureMessages.join('\n')}`)
    }
  }
  // A file that does not load has no test in the report.
  const broken = testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0).length
  return { passed: numPassedTests, failed: numFailedTests + broken, skipped: numPendingTests + numTodoTests }
}

for (const [step, status] of process.argv.slice(2).map(word => word.split('='))) {
  const own = counts(step) ?? { passed: status === '0' ? 1 : 0, failed: status === '0' ? 0 : 1, skipped: 0 }
  if (status !== '0' && own.failed === 0) own.failed = 1
  for (const key of Object.keys(sum)) sum[key] += own[key]
  console.log(
    `${status === '0' ? 'ok    ' : 'FAILED'} ${step}: ${own.passed} passed, ${own.failed} failed, ${own.skipped} skipped`,
  )
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0

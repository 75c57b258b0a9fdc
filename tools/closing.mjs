// The end of .ci/run: adds up the tests that vitest reported, the checks of the tools and the steps, and closes on
// `N passed, N failed, N skipped`, alone on the last line. The tests that failed, and errors outside of any test, are
// told of here again: what runs between them and the end is long. A step that failed without a failed test counts as one.
//
// node tools/closing.mjs CACHE STEP=STATUS...: the reports lie in the folder CACHE.
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './sources.mjs'

const [cache, ...steps] = process.argv.slice(2)
const read = file => (existsSync(join(cache, file)) ? JSON.parse(readFileSync(join(cache, file), 'utf8')) : null)
const sum = { passed: 0, failed: 0, skipped: 0 }

/** What vitest counted; what failed is printed. */
function tests(report) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report
  const unhandled = read('unhandled.json') ?? []
  let failed = numFailedTests + unhandled.length
  for (const { name, status, message, assertionResults } of testResults) {
    if (status !== 'failed') continue
    const file = relative(root, name)
    // A file that does not load has no test in the report.
    if (assertionResults.length === 0) {
      failed++
      console.log(`FAILED ${file}: ${message}`)
    }
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed') console.log(`FAILED ${file} > ${fullName}\n${failureMessages.join('\n')}`)
  }
  for (const text of unhandled) console.log(`FAILED outside of any test: ${text}`)
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests }
}

/** What a step counted by itself, or nothing. */
function counts(step) {
  const report = read(step === 'test' ? 'vitest.json' : join('tally', `${step}.json`))
  return report && step === 'test' ? tests(report) : report
}

for (const [step, status] of steps.map(word => word.split('='))) {
  const own = counts(step) ?? { passed: status === '0' ? 1 : 0, failed: status === '0' ? 0 : 1, skipped: 0 }
  if (status !== '0' && own.failed === 0) own.failed = 1
  for (const key of Object.keys(sum)) sum[key] += own[key]
  console.log(
    `${status === '0' ? 'ok    ' : 'FAILED'} ${step}: ${own.passed} passed, ${own.failed} failed, ${own.skipped} skipped`,
  )
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0

// npm run floor: every entry point of the protocol packages and the exchange of two machines, on every engine there is.
import { packages } from '../sources.mjs'
import { engines, notRun } from './engines.ts'
import { lower, lowerEntry } from './lower.ts'
import { SCENES } from './scenes.ts'

let failed = 0
for (const { name, file } of packages.filter(p => p.protocol).flatMap(p => p.entries)) {
  const code = await lowerEntry(file)
  const bad: string[] = []
  for (const engine of engines)
    await engine
      .run(code)
      .catch((error: Error) => bad.push(`${engine.name}: ${error.message.split('\n', 3).join(' ')}`))
  console.log(
    `${name.padEnd(22)} ${String(code.length).padStart(7)} octets of ES5  ${bad.length > 0 ? bad.join('; ') : 'loads'}`,
  )
  failed += bad.length
}

for (const { file, what, but } of SCENES) {
  const code = await lower(file)
  console.log(`\n${what}: ${code.length} octets of ES5`)
  let expected = ''
  for (const engine of engines) {
    if (engine.name === but) continue
    const start = performance.now()
    try {
      const { printed, note } = await engine.run(code)
      if (!printed) throw new Error('nothing was printed')
      expected ||= printed
      const isSame = printed === expected
      if (!isSame) failed++
      const last = printed.slice(printed.lastIndexOf('\n') + 1)
      console.log(
        `${engine.name.padEnd(26)} ${last}${isSame ? '' : '  DIFFERS'}  ${(performance.now() - start).toFixed(0)} ms  ${note}`,
      )
    } catch (error) {
      failed++
      console.log(`${engine.name.padEnd(26)} FAILED ${(error as Error).message}`)
    }
  }
}
if (notRun.length > 0) console.log(`not run: ${notRun.join(', ')}`)
process.exitCode = failed > 0 ? 1 : 0

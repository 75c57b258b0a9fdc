// npm run machine: each firmware in a machine of 2 MiB, QuickJS in 32 pages of WebAssembly memory.
import { FIRMWARES, fits } from './machine.ts'

let passed = true
for (const name of FIRMWARES)
  for (const fit of await fits(name)) {
    passed &&= fit.passed
    console.log(
      `${name} from ${fit.form.padEnd(8)} ${fit.code} octets of ES5, ${fit.free} of ${fit.machine} KiB left free${fit.passed ? '' : '  TOO LITTLE'}; ${fit.printed}`,
    )
  }
process.exitCode = passed ? 0 : 1

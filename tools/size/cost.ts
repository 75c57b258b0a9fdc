// npm run cost [-- EXAMPLE]: what each source file costs in a firmware, minimal unless given.
import { costOf } from './files.ts'

const example = process.argv[2] ?? 'minimal'
const { octets, table } = await costOf(example)
console.log(
  `examples/${example}, bundled from the sources: ${octets.toLocaleString('en')} octets of brotli\n\n${table}`,
)

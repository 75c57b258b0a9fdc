/** Puts `text` between `<!-- name -->` and `<!-- /name -->`; a file without the two is left as it is. */
export function fill(file: string, name: string, text: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const from = file.indexOf(open)
  const to = file.indexOf(close)
  if (from < 0 || to < from) return file
  return `${file.slice(0, from + open.length)}\n${text}\n${file.slice(to)}`
}

import { invalidOption } from '../limits/option.js'

const PARAMETER = /^\{([A-Za-z_][A-Za-z0-9_]*)\}$/

/** Names of the parameters of a topic's template, in order: `id` of `room:{id}`. */
export function parametersOf(template: string): string[] {
  return template.split(/[:./]/).flatMap((level) => PARAMETER.exec(level)?.[1] ?? [])
}

/** Levels are separated by `:`, `.` or `/`; each is a text, one parameter, or `*`, which is one without a name. @throws {WseError} `INVALID_OPTION` */
export function checkTemplate(path: string, template: string): void {
  const sound = template.split(/[:./]/).every((level) => /^[^{}+#]+$/.test(level) || PARAMETER.test(level))
  if (!sound) throw invalidOption(path, 'has levels that are no text and no {parameter}')
  const names = parametersOf(template)
  if (new Set(names).size < names.length) throw invalidOption(path, 'has a parameter twice')
}

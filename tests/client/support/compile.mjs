// The compiler that api/client is built by, as a judge.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export const top = new URL('../../../', import.meta.url);
export const at = (path) => fileURLToPath(new URL(path, top));
export const ts = createRequire(at('api/client/package.json'))('typescript');

export function programOf(config) {
  const { config: raw, error } = ts.readConfigFile(at(config), ts.sys.readFile);
  if (error) throw new Error(ts.flattenDiagnosticMessageText(error.messageText, '\n'));
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(raw, ts.sys, fileURLToPath(new URL('.', new URL(config, top))));
  if (errors.length > 0) throw new Error(errors.map((each) => ts.flattenDiagnosticMessageText(each.messageText, '\n')).join('\n'));
  return ts.createProgram(fileNames, options);
}

// {file, line, code: 'TS2353', text} of each error; text has the whole chain of reasons.
export function errorsOf(program) {
  return ts.getPreEmitDiagnostics(program).map((found) => ({
    file: found.file?.fileName ?? '',
    line: found.file ? found.file.getLineAndCharacterOfPosition(found.start).line + 1 : 0,
    code: `TS${found.code}`,
    text: ts.flattenDiagnosticMessageText(found.messageText, '\n'),
  }));
}

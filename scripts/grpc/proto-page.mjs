// @ts-check
import protobuf from 'protobufjs';

/** @typedef {{ name: string, text: string }} ProtoFile its name, and what stands in it */

const example = /^Example: (.+)$/m;

/**
 * A page for people of what .proto files promise: services, methods and messages, with their comments. A method whose comment
 * has a line `Example: {…}` gets the command that sends it.
 *
 * @param {readonly ProtoFile[]} files
 * @returns {string} HTML
 */
export function protoPage(files) {
  const parsed = files.map(({ name, text }) => ({ name, text, parts: partsOf(text) }));
  const services = parsed.flatMap(({ parts }) => parts.services);
  return `<!doctype html>
<!-- Made of the .proto files by scripts/grpc/generate.mjs -->
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Ekphrasis – gRPC</title>
    <link rel="icon" type="image/svg+xml" href="page/favicon.svg" />
    <link rel="stylesheet" href="page/page.css" />
    <link rel="stylesheet" href="page/docs.css" />
  </head>
  <body>
    <main>
      <h1>gRPC</h1>
      <p class="lead">Services on port 50051, which reflection lists too: <code>grpcurl -plaintext localhost:50051 list</code>. <a href="./">The page of tasks</a></p>
      <nav aria-label="Services">
        <ul>
${services.map((service) => `          <li>${link(service)}: ${service.methodsArray.map((method) => link(method)).join(', ')}</li>`).join('\n')}
        </ul>
      </nav>
${parsed.map(fileSection).join('\n')}
    </main>
  </body>
</html>
`;
}

/** @param {string} text */
function partsOf(text) {
  const { root } = protobuf.parse(text, { keepCase: true, alternateCommentMode: true });
  root.resolveAll();
  /** @type {protobuf.Service[]} */
  const services = [];
  /** @type {protobuf.Type[]} */
  const types = [];
  /** @param {protobuf.NamespaceBase} namespace */
  const collect = (namespace) => {
    for (const part of namespace.nestedArray) {
      if (part instanceof protobuf.Service) services.push(part);
      if (part instanceof protobuf.Type) types.push(part);
      if (part instanceof protobuf.Namespace) collect(part);
    }
  };
  collect(root);
  return { services, types };
}

/** @param {ProtoFile & { parts: ReturnType<typeof partsOf> }} file */
function fileSection({ name, text, parts: { services, types } }) {
  return `      <section>
${services.map(serviceSection).join('\n')}
        <h3>Messages</h3>
${types.map(typeSection).join('\n')}
        <details>
          <summary>${escaped(name)}</summary>
          <pre tabindex="0"><code>${escaped(text)}</code></pre>
        </details>
      </section>`;
}

/** @param {protobuf.Service} service */
function serviceSection(service) {
  return `        <h2 id="${idOf(service)}">${escaped(idOf(service))}</h2>
        ${paragraph(service)}
${service.methodsArray.map(methodSection).join('\n')}`;
}

/** @param {protobuf.Method} method */
function methodSection(method) {
  const { resolvedRequestType: request, resolvedResponseType: response, comment } = method;
  if (!request || !response) throw new Error(`Expected the messages of ${method.fullName} in its file`);
  const stream = '<em>stream</em> ';
  const [, sent] = example.exec(comment ?? '') ?? [];
  const path = `${idOf(/** @type {protobuf.Service} */ (method.parent))}/${method.name}`;
  const command = `grpcurl -plaintext -d '${sent}' localhost:50051 ${path}`;
  return `        <article>
          <h3 id="${idOf(method)}">${method.name}</h3>
          <p class="signature">${method.requestStream ? stream : ''}${link(request)} → ${method.responseStream ? stream : ''}${link(response)}</p>
          ${paragraph(method)}${sent === undefined ? '' : `\n          <pre><code>${escaped(command)}</code></pre>`}
        </article>`;
}

/** @param {protobuf.Type} type */
function typeSection(type) {
  const fields = type.fieldsArray.map(
    ({ id, name, type: kind, repeated, comment }) =>
      `          <dt><code>${repeated ? 'repeated ' : ''}${kind} ${name} = ${id}</code></dt>\n          <dd>${marked(comment ?? '')}</dd>`,
  );
  return `        <h4 id="${idOf(type)}">${type.name}</h4>
        ${type.comment ? paragraph(type) : ''}
        <dl>
${fields.join('\n')}
        </dl>`;
}

/** @param {protobuf.ReflectionObject} part */
function idOf(part) {
  return part.fullName.slice(1);
}

/** @param {protobuf.ReflectionObject} part */
function link(part) {
  return `<a href="#${idOf(part)}"><code>${part instanceof protobuf.Service ? idOf(part) : part.name}</code></a>`;
}

/** @param {protobuf.ReflectionObject} part */
function paragraph({ fullName, comment }) {
  if (!comment) throw new Error(`Expected a comment above ${fullName}`);
  return `<p>${marked(comment.replace(example, '').trim())}</p>`;
}

/** What stands between backticks is code. @param {string} text */
function marked(text) {
  return escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

// Swagger UI shows an answer once it has ended, and a stream does not end: it shows what a stream
// says within two seconds.
function (request) {
  request.userFetch = async function (url, options) {
    const hangUp = new AbortController();
    const answer = await fetch(url, { ...options, signal: hangUp.signal });
    if (!answer.headers.get("Content-Type")?.startsWith("text/event-stream")) return answer;
    setTimeout(() => hangUp.abort(), 2000);
    let text = "";
    try {
      for await (const part of answer.body.pipeThrough(new TextDecoderStream())) text += part;
    } catch (end) {}
    return new Response(text, answer);
  };
  return request;
}

// Shows the document that stands beside the folder of this file, in Swagger UI.
"use strict";

const here = document.currentScript.src;

window.addEventListener("load", () => {
  window.ui = SwaggerUIBundle({
    url: new URL("../openapi.json", here).href,
    dom_id: "#swagger-ui",
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [SwaggerUIBundle.plugins.DownloadUrl, withoutTopbar],
    layout: "StandaloneLayout",
    showExtensions: true,
    showCommonExtensions: true,
    validatorUrl: null,
    defaultModelsExpandDepth: -1,
    requestInterceptor: showStream,
  });
});

// withoutTopbar leaves out the bar where another document could be chosen.
function withoutTopbar() {
  return { components: { Topbar: () => null } };
}

// showStream makes Swagger UI, which shows an answer once it has ended, show what a stream, which
// does not end, says within two seconds.
function showStream(request) {
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

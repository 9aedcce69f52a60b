using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace InterestService.Api.Tests.Hosting.Telemetry;

/// <summary>A span as a collector receives it.</summary>
/// <param name="Scope">The source that made it.</param>
internal sealed record ExportedSpan(string Scope, string TraceId, string Id, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes);

/// <summary>Receives traces by OTLP over HTTP (opentelemetry-proto, <c>collector/trace/v1</c>).</summary>
internal sealed class TraceCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<byte[]> _bodies = [];
    private readonly WebApplication _app;

    private TraceCollector(WebApplication app)
    {
        _app = app;
        app.MapPost("/v1/traces", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            _bodies.Enqueue(body.ToArray());
        });
    }

    public string Address => _app.Urls.Single();

    /// <summary>All requests so far, as they came.</summary>
    public IReadOnlyList<byte[]> Bodies => [.. _bodies];

    public IReadOnlyList<ExportedSpan> Spans =>
    [
        .. from body in _bodies
           from resource in Read(body, 1)
           from scope in Read(resource, 2)
           let name = Text(Read(Read(scope, 1).Single(), 1).Single())
           from span in Read(scope, 2)
           select new ExportedSpan(
               name, Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(Read(span, 5).Single()),
               Read(span, 9).ToDictionary(attribute => Text(Read(attribute, 1).Single()), attribute => Value(Read(attribute, 2).Single()))),
    ];

    public static async Task<TraceCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var collector = new TraceCollector(builder.Build());
        await collector._app.StartAsync(TestContext.Current.CancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Reads the fields of a message that have a number: their bytes, or the digits of a number.</summary>
    private static IEnumerable<byte[]> Read(byte[] message, int number)
    {
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
        {
            bool wanted = WireFormat.GetTagFieldNumber(tag) == number;
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.LengthDelimited when wanted:
                    yield return input.ReadBytes().ToByteArray();
                    break;
                case WireFormat.WireType.Varint when wanted:
                    yield return System.Text.Encoding.UTF8.GetBytes(input.ReadInt64().ToString(CultureInfo.InvariantCulture));
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
    }

    /// <summary>Reads an <c>AnyValue</c> that is a text or a whole number.</summary>
    private static string Value(byte[] value) => Text(Read(value, 1).Concat(Read(value, 3)).FirstOrDefault([]));

    private static string Hex(byte[] message, int number) => Convert.ToHexStringLower(Read(message, number).FirstOrDefault([]));

    private static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);
}

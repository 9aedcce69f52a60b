using System.Globalization;
using System.Text;
using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;
using InterestService.Api.Requests;
using InterestService.Pipeline.Events;

namespace InterestService.Api.Assignments;

/// <summary>Reads the events of one user from the body of a request and checks them as those of an upload.</summary>
internal sealed class AssignmentEvents
{
    private const int MaxEvents = 1000;
    private const int MaxErrors = 100;

    private readonly List<(long Time, string? Item, string Type, string? Query, EventOrigin Origin, double? Value)> _events = [];
    private readonly HashSet<UInt128> _keys = [];

    /// <summary>The first 100 errors by field, such as <c>events[3].timestamp</c>.</summary>
    public Dictionary<string, string[]> Errors { get; } = [];

    /// <summary>Id of the user; null when no event names one.</summary>
    public string? UserId { get; private set; }

    public IEnumerable<string> ItemIds => _events.Where(e => e.Item is not null).Select(e => e.Item!).Distinct();

    /// <exception cref="BadUploadException">The body cannot be read to its end, or is not JSON.</exception>
    public static async Task<AssignmentEvents> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var sent = new AssignmentEvents();
        using var reader = await (await UploadReader.ReceiveAsync(request, cancellation))(EventFields.Schema);
        while (sent.Errors.Count < MaxErrors && await reader.ReadAsync(cancellation))
        {
            if (reader.Row.Index < MaxEvents) sent.Take(reader.Row);
            else sent.Errors["events"] = [$"Expected at most {MaxEvents} events, found more."];
            if (reader.Row.Index == MaxEvents) break;
        }

        if (reader.Row.Index < 0) sent.Errors["events"] = [$"Expected 1 to {MaxEvents} events, found none."];
        return sent;
    }

    /// <summary>Converts the events for the model.</summary>
    /// <param name="latest">Time after which events are clock errors and excluded.</param>
    public EventLog ToLog(DateTimeOffset latest)
    {
        var builder = new EventLogBuilder();
        foreach (var (time, item, type, query, origin, value) in _events.Where(e => e.Time <= latest.ToUnixTimeMilliseconds()).OrderBy(e => e.Time))
            builder.Add(UserId ?? "", item, type, time, query, origin, value);
        return builder.Build();
    }

    private void Take(Row row)
    {
        if (!EventChecks.TryCheck(row, out var e, needsUser: false))
        {
            Fail(row.Index, row.Fault!.Field, row.Fault.Message);
            return;
        }

        if (Text(e.UserId) is { } user)
        {
            UserId ??= user;
            if (user != UserId) Fail(row.Index, "userId", $"All events must be of one user; found '{user}' after '{UserId}'.");
        }

        Span<byte> key = stackalloc byte[EventKey.Bytes];
        EventKey.Write(e, key);
        if (!_keys.Add(BitConverter.ToUInt128(key))) return;
        long time = Timestamps.ToUnixMilliseconds(e.OccurredAt);
        _events.Add((time, Text(e.ItemId), Text(e.EventType)!, Text(e.Query), new EventOrigin(Text(e.Source), !e.RecommendationId.IsEmpty), e.Value));
    }

    private void Fail(long index, string? field, string message) =>
        Errors[string.Create(CultureInfo.InvariantCulture, $"events[{index}]") + (field is null ? "" : $".{field}")] = [message];

    private static string? Text(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);
}

using InterestService.Api.Reading;
using InterestService.Api.Reading.Formats;

namespace InterestService.Endurance.Fuzzing;

/// <summary>
/// Reads bodies as events and checks what every body must give: rows, each valid or with a reason, or one clear refusal; never another
/// exception, and neither much time nor much memory.
/// </summary>
/// <param name="mediaType">Media type of the bodies.</param>
internal sealed class FuzzTarget(string mediaType)
{
    /// <summary>Far beyond what a small body takes on a busy machine.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    /// <summary>Bytes that a body of a few kilobytes may allocate: buffers of fixed size and the pages of a Parquet file.</summary>
    private const long MaxAllocated = 256L << 20;

    /// <summary>What was found.</summary>
    public Findings Findings { get; } = new();

    /// <summary>Number of bodies that gave a valid row, that gave none, and that were refused.</summary>
    public (int Valid, int Invalid, int Refused) Counts { get; private set; }

    /// <summary>Reads a body.</summary>
    /// <returns>False when reading does not end, so that nothing else can be tried in this process.</returns>
    public async Task<bool> RunAsync(byte[] body)
    {
        long allocated = GC.GetTotalAllocatedBytes();
        var reading = Task.Run(() => ReadAsync(body, int.MaxValue));
        if (await Task.WhenAny(reading, Task.Delay(_limit)) != reading)
        {
            Add("does not end", body);
            return false;
        }

        string whole = await reading;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        Findings.Expect(allocated < MaxAllocated, $"{allocated:N0} bytes are allocated: {Show(body)}");
        string pieces = await ReadAsync(body, 7);
        Findings.Expect(whole == pieces, $"In pieces it is \"{pieces}\" and not \"{whole}\": {Show(body)}");
        return true;
    }

    /// <returns>What the body gave, in a form that can be compared.</returns>
    private async Task<string> ReadAsync(byte[] body, int step)
    {
        int valid = 0, invalid = 0;
        try
        {
            await using var stream = new PieceStream(body, step);
            using var reader = await UploadReader.OpenAsync(mediaType, stream, EventFields.Schema, CancellationToken.None);
            while (await reader.ReadAsync(CancellationToken.None))
            {
                if (reader.Row.Index != valid + invalid) Add($"row {valid + invalid} has the number {reader.Row.Index}", body);
                if (EventChecks.TryCheck(reader.Row, out _)) valid++;
                else invalid++;
            }

            if (step == int.MaxValue) Counts = valid > 0 ? Counts with { Valid = Counts.Valid + 1 } : Counts with { Invalid = Counts.Invalid + 1 };
            return $"{valid} valid and {invalid} invalid rows";
        }
        catch (BadUploadException refused)
        {
            if (refused.Status is not (400 or 413) || refused.Message.Length == 0) Add($"is refused with {refused.Status} \"{refused.Message}\"", body);
            if (step == int.MaxValue) Counts = Counts with { Refused = Counts.Refused + 1 };
            return $"refused: {refused.Message}";
        }
        catch (Exception exception)
        {
            Add($"{exception}", body);
            return $"{exception.GetType()}";
        }
    }

    private void Add(string finding, byte[] body) => Findings.Add($"{mediaType}: {finding}: {Show(body)}");

    private static string Show(byte[] body) => Convert.ToBase64String(body);

    /// <summary>A body that arrives in pieces.</summary>
    private sealed class PieceStream(byte[] body, int step) : MemoryStream(body, writable: false)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, step)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
    }
}

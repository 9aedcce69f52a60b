using InterestService.Api.Reading.Formats;
using InterestService.Endurance.Fuzzing;

namespace InterestService.Api.Tests.Endurance;

/// <summary>A sample of what <c>fuzz</c> tries for ten minutes.</summary>
public sealed class FuzzTests
{
    public static TheoryData<string> Formats => [.. FuzzLoop.MediaTypes.Keys];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_body_gives_rows_or_one_clear_refusal(string format)
    {
        using var coverage = new Coverage();
        var loop = new FuzzLoop(format, seed: 1, coverage);
        await loop.RunAsync(tried => tried >= 1500);
        Assert.Empty(loop.Target.Findings.All);
        var (valid, invalid, refused) = loop.Target.Counts;
        Assert.True(valid > 20 && invalid + refused > 20, $"{valid} bodies have valid rows, {invalid} have none, {refused} are refused.");
    }

    [Fact]
    public void Every_format_of_uploads_is_tried() =>
        Assert.Equal(UploadFormats.All.Select(format => format.MediaType).Order(), FuzzLoop.MediaTypes.Values.Order());
}

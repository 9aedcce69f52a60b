using System.Globalization;
using System.Text;
using CsCheck;
using InterestService.Api.Requests;

namespace InterestService.Api.Tests.Requests;

public sealed class Rfc3339Tests
{
    private static readonly DateTimeOffset _epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2000-01-01T00:00:00Z", 0)]
    [InlineData("2000-01-01t00:00:00z", 0)]
    [InlineData("2000-01-01 00:00:01Z", 1_000_000)]
    [InlineData("2000-01-01T02:00:00+02:00", 0)]
    [InlineData("1999-12-31T18:30:00-05:30", 0)]
    [InlineData("2000-01-01T00:00:00-00:00", 0)]
    [InlineData("2000-01-01T00:00:00.5Z", 500_000)]
    [InlineData("2000-01-01T00:00:00.000001Z", 1)]
    [InlineData("2000-01-01T00:00:00.000001999Z", 1)]
    [InlineData("1999-12-31T23:59:59.999999999Z", -1)]
    [InlineData("2000-02-29T00:00:00Z", 59 * 86_400_000_000)]
    [InlineData("0001-01-01T00:00:00Z", -63_082_281_600_000_000)]
    [InlineData("9999-12-31T23:59:59.999999Z", 252_455_615_999_999_999)]
    public void Time_is_read_to_the_microsecond(string text, long microseconds)
    {
        Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var parsed));
        Assert.Equal(microseconds, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-05-01")]
    [InlineData("2024-05-01T12:00:00")]
    [InlineData("2024-05-01T12:00:00.5")]
    [InlineData("2024-05-01T12:00Z")]
    [InlineData("2024-05-01T12:00:00.Z")]
    [InlineData("2024-05-01T12:00:00.1234567890Z")]
    [InlineData("2024-05-01T12:00:00+0200")]
    [InlineData("2024-05-01T12:00:00+24:00")]
    [InlineData("2024-05-01T12:00:00+02:60")]
    [InlineData("2024-05-01T12:00:00Zx")]
    [InlineData("2024-05-01T24:00:00Z")]
    [InlineData("2024-05-01T12:60:00Z")]
    [InlineData("2016-12-31T23:58:60Z")]
    [InlineData("2016-12-31T22:59:60Z")]
    [InlineData("2016-12-31T23:59:60+01:00")]
    [InlineData("2016-12-30T23:59:60Z")]
    [InlineData("2017-01-01T00:00:60Z")]
    [InlineData("2016-12-31T23:59:61Z")]
    [InlineData("2016-12-31T23:59:60")]
    [InlineData("2024-13-01T12:00:00Z")]
    [InlineData("2024-00-01T12:00:00Z")]
    [InlineData("2023-02-29T12:00:00Z")]
    [InlineData("2024-05-00T12:00:00Z")]
    [InlineData("0000-05-01T12:00:00Z")]
    [InlineData("2024/05/01T12:00:00Z")]
    [InlineData("2024-05-01T12-00-00Z")]
    [InlineData("+024-05-01T12:00:00Z")]
    [InlineData(" 2024-05-01T12:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("2024-05-01T12:00:0٣Z")]
    public void Text_that_is_not_a_time_with_an_offset_is_rejected(string text) =>
        Assert.False(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("2015-06-30T23:59:60Z")]
    [InlineData("2015-06-30T23:59:60.75Z")]
    [InlineData("2015-07-01T08:59:60+09:00")]
    [InlineData("2015-06-30T19:29:60-04:30")]
    public void A_leap_second_is_the_last_microsecond_before_the_next_minute(string text)
    {
        Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var microseconds));
        Assert.Equal(Timestamps.ToMicroseconds(new DateTime(2015, 7, 1, 0, 0, 0, DateTimeKind.Utc)) - 1, microseconds);
    }

    [Fact]
    public void Every_time_at_every_offset_agrees_with_the_framework() =>
        Gen.Select(Gen.DateTime[new DateTime(2, 1, 1), new DateTime(9998, 1, 1)], Gen.Int[-14 * 60, 14 * 60]).Sample((time, offset) =>
        {
            var expected = new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Unspecified), TimeSpan.FromMinutes(offset));
            var text = expected.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture);
            Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var microseconds));
            var kept = expected.AddTicks(-(expected.Ticks % TimeSpan.TicksPerMicrosecond));
            Assert.Equal(kept, _epoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond));
        });
}

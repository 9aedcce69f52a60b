using CsCheck;
using InterestService.Api.Requests;

namespace InterestService.Api.Tests.Requests;

public sealed class TimestampsTests
{
    private static readonly Gen<long> _microseconds = Gen.Long[-63_000_000_000_000_000, 252_000_000_000_000_000];

    [Fact]
    public void Microseconds_count_from_2000()
    {
        Assert.Equal(new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc), Timestamps.ToDateTime(0));
        Assert.Equal(946_684_800_000, Timestamps.ToUnixMilliseconds(0));
        Assert.Equal(0, Timestamps.ToUnixMilliseconds(DateTime.UnixEpoch));
    }

    [Fact]
    public void Times_round_trip_through_microseconds() => _microseconds.Sample(
        microseconds => Timestamps.ToDateTime(microseconds).Kind == DateTimeKind.Utc
            && Timestamps.ToMicroseconds(Timestamps.ToDateTime(microseconds)) == microseconds);

    [Fact]
    public void Milliseconds_are_rounded_down_from_either_representation() => _microseconds.Sample(microseconds =>
    {
        var expected = (long)Math.Floor((Timestamps.ToDateTime(microseconds).Ticks - DateTime.UnixEpoch.Ticks) / (decimal)TimeSpan.TicksPerMillisecond);
        return Timestamps.ToUnixMilliseconds(microseconds) == expected
            && Timestamps.ToUnixMilliseconds(Timestamps.ToDateTime(microseconds)) == expected;
    });
}

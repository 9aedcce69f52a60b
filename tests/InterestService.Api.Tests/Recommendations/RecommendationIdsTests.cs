using InterestService.Api.Recommendations;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Tests.Recommendations;

public sealed class RecommendationIdsTests
{
    private static readonly RecommendationIds _ids = With("one key");

    [Fact]
    public void An_id_carries_what_feedback_asks_for_and_no_two_are_the_same()
    {
        foreach (var origin in new[] { new RecommendationOrigin(false, 0), new RecommendationOrigin(true, 3), new RecommendationOrigin(false, int.MaxValue) })
        {
            string first = _ids.Issue(origin), second = _ids.Issue(origin);
            Assert.NotEqual(first, second);
            Assert.Equal(origin, _ids.Read(first));
            Assert.Equal(origin, _ids.Read(second));
        }
    }

    [Fact]
    public void What_was_not_given_out_is_no_id()
    {
        string id = _ids.Issue(new RecommendationOrigin(false, 3));
        Assert.Null(With("another key").Read(id));
        foreach (string other in new[] { "", "r-1", "!", id[..^1], id + "A", id + "AAAA", (id[0] == 'A' ? 'B' : 'A') + id[1..], new string('x', 256) })
            Assert.Null(_ids.Read(other));
    }

    private static RecommendationIds With(string key) => new(Options.Create(new RecommendationOptions { RecommendationKey = key }));
}

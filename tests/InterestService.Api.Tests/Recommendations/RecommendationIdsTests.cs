using InterestService.Api.Recommendations;
using Microsoft.Extensions.Options;

namespace InterestService.Api.Tests.Recommendations;

public sealed class RecommendationIdsTests
{
    private static readonly RecommendationIds _ids = Create("one key");

    [Fact]
    public void An_id_contains_its_origin_and_is_unique()
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
    public void Ids_that_were_not_issued_are_rejected()
    {
        string id = _ids.Issue(new RecommendationOrigin(false, 3));
        Assert.Null(Create("another key").Read(id));
        foreach (string other in new[] { "", "r-1", "!", id[..^1], id + "A", id + "AAAA", (id[0] == 'A' ? 'B' : 'A') + id[1..], new string('x', 256) })
            Assert.Null(_ids.Read(other));
    }

    private static RecommendationIds Create(string key) => new(Options.Create(new RecommendationOptions { RecommendationKey = key }));
}

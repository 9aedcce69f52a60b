using System.Text.Encodings.Web;
using System.Text.Json;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Numerics;
using Microsoft.AspNetCore.Http;

namespace InterestService.Api.Tests.Publishing.Snapshots;

public sealed class UserClusterJsonTests
{
    private static readonly Guid _clustering = Guid.Parse("0199f1d0-5c1e-7e36-9d5b-3b7d3f0c2a11");
    private static readonly DateTime _finished = new(2026, 3, 4, 5, 6, 7, DateTimeKind.Utc);

    // As the host's serializer is set up.
    private static readonly JsonSerializerOptions _serializer = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly ClusterResponse[] _clusters =
        [Cluster(7, "Tents · Stoves"), Cluster(2, "\"Quoted\" <b> \\ Käse 奶酪 🧀"), Cluster(31, "a\tb\u2028")];

    [Theory]
    [InlineData("hiker-3", true)]
    [InlineData("a\"b\\c/d <é> 用户 🧀 \u0007", true)]
    [InlineData("a\"b\\c/d <é> 用户 🧀 \u0007", false)]
    [InlineData(null, false)]
    public async Task A_user_is_written_as_the_serializer_writes_the_response(string? id, bool batch)
    {
        StoredMembership[][] memberships =
        [
            [new(new ClusterNumber(2), .75f), new(new ClusterNumber(1), .24999f), new(new ClusterNumber(3), 1.2345e-7f)],
            [new(new ClusterNumber(3), 1)],
            [.. Enumerable.Repeat(new StoredMembership(new ClusterNumber(2), 1.17549435e-38f), 40)],
            [],
        ];
        foreach (var members in memberships)
        {
            foreach (var placed in new[] { new DateTime(2027, 1, 2, 3, 4, 5, 60, DateTimeKind.Utc), new DateTime(2027, 1, 2, 3, 4, 5, DateTimeKind.Utc) })
            {
                DateTime? placedAt = batch ? null : placed;
                float? strength = batch && members.Length == 1 ? .1f : null;
                var expected = new UserClusterResponse(
                    id, 2, _clusters[1].Label, members.FirstOrDefault(member => member.Number.Value == 2).Probability,
                    [.. members.Select(member => new ClusterMembership(_clusters[member.Number.Index].Id, _clusters[member.Number.Index].Label, member.Probability))],
                    1.9999999f, members.Length == 40, strength, _clustering, placedAt ?? _finished, batch ? "batch" : "incremental");
                Assert.Equal(JsonSerializer.Serialize(expected, _serializer), await WriteAsync(id, members, strength, placedAt));
            }
        }
    }

    private static async Task<string> WriteAsync(string? id, StoredMembership[] members, float? strength, DateTime? placedAt)
    {
        var http = new DefaultHttpContext { Response = { Body = new MemoryStream() } };
        new UserClusterJson(_clusters, _clustering, _finished).WriteTo(http.Response, new FoundUser
        {
            UserId = id,
            Cluster = new ClusterNumber(2),
            Memberships = members,
            Distance = 1.9999999f,
            Noise = members.Length == 40,
            Strength = strength,
            PlacedAt = placedAt,
            ETag = "\"1\"",
        });
        await http.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal(http.Response.Body.Length, http.Response.ContentLength);
        http.Response.Body.Position = 0;
        return await new StreamReader(http.Response.Body).ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static ClusterResponse Cluster(int id, string label) => new(id, label, label, null, 10, .5, .9, null, [], [], [], [], [], null!);
}

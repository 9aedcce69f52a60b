using System.Globalization;
using InterestService.Api.Hosting.ApiKeys;
using InterestService.Api.Hosting.Http;
using InterestService.Api.Hosting.OpenApi;
using InterestService.Api.Publishing.Serving;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace InterestService.Api.Clusters;

/// <summary>A user of a cluster.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Confidence">Probability of this cluster, 0 to 1.</param>
/// <param name="Distance">Of the user's vector to the centroid, 0 to 2.</param>
/// <param name="Noise">True when the user lies in no dense region and this is only the nearest cluster.</param>
/// <param name="Source"><c>batch</c>: by the clustering's own run. <c>incremental</c>: by its model, later.</param>
public sealed record ClusterUser(string UserId, float Confidence, float Distance, bool Noise, string Source);

/// <summary>An item in which users of a cluster are interested.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Title">If it is known.</param>
/// <param name="Users">How many of the cluster's users, when the clustering was made.</param>
/// <param name="Share">Part of the cluster's users at that time, 0 to 1.</param>
public sealed record ClusterItemUsers(string ItemId, string? Title, int Users, double Share);

/// <summary>The users of a cluster of the published clustering, and their items.</summary>
internal static class ClusterMembersApi
{
    public static void MapClusterMembers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/clusters/{id}").WithTags("Clusters").RequireScope(Scopes.ReadInterests).AnswersFromSnapshot().AnswersForAllUsers();
        group.MapGet("/users", ListUsers).WithName("listClusterUsers").ProducesProblem(404)
            .WithExample(200, new Page<ClusterUser>([new("user-00370", .93f, .31f, false, UserClusterResponse.Batch)], null));
        group.MapGet("/items", ListItems).WithName("listClusterItems").ProducesProblem(404)
            .WithExample(200, new Page<ClusterItemUsers>([new("sku-00927", "Compact Sleeping Bag, green", 103, .57)], null));
    }

    /// <summary>List a cluster's users</summary>
    /// <remarks>
    /// As many people as `users` of the cluster says, by the ids that represent them, in the order of these: those who came since the
    /// clustering among them, joined ids once, and neither erased users nor those who opted out.
    /// </remarks>
    /// <param name="id">Of the cluster.</param>
    /// <param name="limit">How many, 1 to 1000.</param>
    /// <param name="cursor">The `nextCursor` of the page before.</param>
    /// <response code="200">A page of them.</response>
    /// <response code="404">The published clustering has no such cluster.</response>
    private static Results<Ok<Page<ClusterUser>>, ValidationProblem, ProblemHttpResult> ListUsers(
        int id, HttpContext http, PublishedSnapshot published, int limit = Paging.DefaultLimit, string? cursor = null)
    {
        if (Paging.Check(limit) is { } invalid) return invalid;
        if (!Paging.TryRead(http, cursor, "", Paging.Text, out string after)) return Paging.BadCursor();
        if (published.Current is not { } snapshot) return PublishedProblems.NothingPublished();
        if (snapshot.NumberOf(new ClusterId(id)) is not { } number) return PublishedProblems.NoSuchCluster(id);
        var people = snapshot.Members.Read(number, after, limit + 1);
        return TypedResults.Ok(Paging.ToPage(http, people, limit, person => Describe(snapshot.FindUser(person)!), person => person));
    }

    /// <summary>List a cluster's items</summary>
    /// <remarks>The items in which most of its users were interested when the clustering was computed, most users first. `topItems` of the cluster distinguish it from others.</remarks>
    /// <param name="id">Of the cluster.</param>
    /// <param name="limit">How many, 1 to 1000.</param>
    /// <param name="cursor">The `nextCursor` of the page before.</param>
    /// <response code="200">A page of them.</response>
    /// <response code="404">The published clustering has no such cluster.</response>
    private static async Task<Results<Ok<Page<ClusterItemUsers>>, ValidationProblem, ProblemHttpResult>> ListItems(
        int id, HttpContext http, PublishedSnapshot published, InterestDbContext context, CancellationToken cancellation,
        int limit = Paging.DefaultLimit, string? cursor = null)
    {
        if (Paging.Check(limit) is { } invalid) return invalid;
        if (!Paging.TryRead(http, cursor, new ItemPosition(int.MaxValue, ""), ItemPosition.TryParse, out var last)) return Paging.BadCursor();
        var (users, after) = last;
        if (published.Current is not { } snapshot) return PublishedProblems.NothingPublished();
        if (snapshot.NumberOf(new ClusterId(id)) is not { } number) return PublishedProblems.NoSuchCluster(id);
        int all = snapshot.ClusteredUsers(number);
        var rows = await (
            from popular in context.ClusterItems
            join item in context.Items on popular.ItemId equals item.ItemId into known
            from item in known.DefaultIfEmpty()
            where popular.ClusteringId == snapshot.ClusteringId && popular.ClusterNumber == number
                && (popular.Users < users || (popular.Users == users && string.Compare(popular.ItemId, after) > 0))
            orderby popular.Users descending, popular.ItemId
            select new { popular.ItemId, item.Title, popular.Users }).Take(limit + 1).ToListAsync(cancellation);
        return TypedResults.Ok(Paging.ToPage(
            http, rows, limit, row => new ClusterItemUsers(row.ItemId, row.Title, row.Users, (double)row.Users / all),
            row => new ItemPosition(row.Users, row.ItemId).ToString()));
    }

    /// <summary>Where a list of items goes on.</summary>
    private readonly record struct ItemPosition(int Users, string ItemId)
    {
        public static bool TryParse(string key, out ItemPosition position)
        {
            string[] parts = key.Split('|', 2);
            bool valid = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int users) && parts.Length == 2;
            position = new ItemPosition(users, parts[^1]);
            return valid;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Users}|{ItemId}");
    }

    private static ClusterUser Describe(UserClusterResponse user) =>
        new(user.UserId!, user.Confidence, user.Distance, user.Noise, user.Source);
}

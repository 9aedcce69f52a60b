using System.Runtime.CompilerServices;
using System.Text.Json;
using Apache.Arrow;
using Apache.Arrow.Types;
using InterestService.Api.Exports;
using InterestService.Api.Storage;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline.Profiling;
using Npgsql;

namespace InterestService.Api.Clusterings.Exports;

/// <summary>The clusters of a clustering to export: a row for each, in the order of their ids.</summary>
internal static class ClusterRows
{
    private const int BatchRows = 1024;

    private static readonly StructType _share = new(
        [ExportColumns.Create("name", StringType.Default), ExportColumns.Create("lift", DoubleType.Default), ExportColumns.Create("share", DoubleType.Default)]);

    private static readonly StructType _item = new(
        [
            ExportColumns.Create("itemId", StringType.Default), ExportColumns.Create("title", StringType.Default, nullable: true),
            ExportColumns.Create("lift", DoubleType.Default), ExportColumns.Create("share", DoubleType.Default), ExportColumns.Create("users", Int32Type.Default),
        ]);

    private static readonly ListType _shares = new(new Field("element", _share, nullable: false));
    private static readonly ListType _items = new(new Field("element", _item, nullable: false));
    private static readonly ListType _texts = new(new Field("element", StringType.Default, nullable: false));

    public static readonly Schema Schema = new(
        [
            ExportColumns.Create("clusterId", Int32Type.Default), ExportColumns.Create("label", StringType.Default),
            ExportColumns.Create("generatedLabel", StringType.Default), ExportColumns.Create("note", StringType.Default, nullable: true),
            ExportColumns.Create("users", Int32Type.Default), ExportColumns.Create("share", DoubleType.Default),
            ExportColumns.Create("cohesion", DoubleType.Default), ExportColumns.Create("persistence", DoubleType.Default, nullable: true),
            ExportColumns.Create("topCategories", _shares), ExportColumns.Create("topItems", _items), ExportColumns.Create("topTerms", _shares),
            ExportColumns.Create("topCommunities", _shares), ExportColumns.Create("medoids", _texts),
        ],
        []);

    /// <inheritdoc cref="AssignmentRows.ReadAsync"/>
    public static async IAsyncEnumerable<RecordBatch> ReadAsync(
        NpgsqlConnection connection, Clustering clustering, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await using var query = new NpgsqlCommand($"""
            SELECT cluster_id, coalesce(names.label, clusters.label), clusters.label, note, coalesce(people, 0)::int,
                coalesce(people / sum(people) OVER (), 0)::float8, cohesion, persistence, profile
            FROM clusters LEFT JOIN cluster_names AS names USING (cluster_id)
                LEFT JOIN (SELECT cluster_number, count(*) AS people FROM {ShownAssignments.Sql(clustering.Id)} GROUP BY cluster_number) AS counts
                ON cluster_number = number
            WHERE clustering_id = $1 ORDER BY cluster_id
            """, connection)
        {
            Parameters = { new() { Value = clustering.Id } },
        };
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var rows = new List<ClusterRow>(BatchRows);
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new ClusterRow(
                reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.TextOrNull(3), reader.GetInt32(4), reader.GetDouble(5), reader.GetDouble(6),
                reader.IsDBNull(7) ? null : reader.GetDouble(7), JsonSerializer.Deserialize<ClusterProfile>(reader.GetString(8), InterestDbContext.JsonOptions)!));
            if (rows.Count < BatchRows) continue;
            yield return Build(rows);
            rows.Clear();
        }

        if (rows.Count > 0) yield return Build(rows);
    }

    private static RecordBatch Build(List<ClusterRow> rows) => new(
        Schema,
        [
            ExportColumns.Integers(rows.Select(row => row.ClusterId)), ExportColumns.Texts(rows.Select(row => row.Label)),
            ExportColumns.Texts(rows.Select(row => row.GeneratedLabel)), ExportColumns.Texts(rows.Select(row => row.Note)),
            ExportColumns.Integers(rows.Select(row => row.Users)), ExportColumns.Numbers(rows.Select(row => (double?)row.Share)),
            ExportColumns.Numbers(rows.Select(row => (double?)row.Cohesion)), ExportColumns.Numbers(rows.Select(row => row.Persistence)),
            ExportColumns.Lists(_shares, [.. rows.Select(row => row.Profile.TopCategories)], Shares),
            ExportColumns.Lists(_items, [.. rows.Select(row => row.Profile.TopItems)], Items),
            ExportColumns.Lists(_shares, [.. rows.Select(row => row.Profile.TopTerms)], Shares),
            ExportColumns.Lists(_shares, [.. rows.Select(row => row.Profile.TopCommunities.Select(community => new InterestShare(community.Name, community.Lift, community.Share)).ToList())], Shares),
            ExportColumns.Lists(_texts, [.. rows.Select(row => row.Profile.Medoids)], ExportColumns.Texts),
        ],
        rows.Count);

    private static StructArray Shares(IReadOnlyList<InterestShare> shares) => ExportColumns.Records(
        _share, shares.Count, ExportColumns.Texts(shares.Select(share => share.Name)), ExportColumns.Numbers(shares.Select(share => (double?)share.Lift)),
        ExportColumns.Numbers(shares.Select(share => (double?)share.Share)));

    private static StructArray Items(IReadOnlyList<ItemShare> items) => ExportColumns.Records(
        _item, items.Count, ExportColumns.Texts(items.Select(item => item.ItemId)), ExportColumns.Texts(items.Select(item => item.Title)),
        ExportColumns.Numbers(items.Select(item => (double?)item.Lift)), ExportColumns.Numbers(items.Select(item => (double?)item.Share)),
        ExportColumns.Integers(items.Select(item => item.Users)));

    private sealed record ClusterRow(
        int ClusterId, string Label, string GeneratedLabel, string? Note, int Users, double Share, double Cohesion, double? Persistence, ClusterProfile Profile);
}

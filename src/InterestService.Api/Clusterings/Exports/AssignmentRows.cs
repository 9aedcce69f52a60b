using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using InterestService.Api.Exports;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using InterestService.Api.Storage.Queries;
using InterestService.Pipeline.Numerics;
using Npgsql;

namespace InterestService.Api.Clusterings.Exports;

/// <summary>The assignments of a clustering to export: a row for each person now, as lookups have them.</summary>
internal static class AssignmentRows
{
    public static readonly Schema Schema = new(
        [
            ExportColumns.Create("userId", StringType.Default), ExportColumns.Create("clusterId", Int32Type.Default),
            ExportColumns.Create("label", StringType.Default), ExportColumns.Create("confidence", FloatType.Default),
            ExportColumns.Create("distance", FloatType.Default), ExportColumns.Create("noise", BooleanType.Default),
            ExportColumns.Create("strength", FloatType.Default, nullable: true), ExportColumns.Create("source", StringType.Default),
            ExportColumns.Create("assignedAt", ExportColumns.Time),
        ],
        []);

    private const int BatchRows = 8192;

    /// <summary>Reads the rows as they are asked for, all as of one moment.</summary>
    public static async IAsyncEnumerable<RecordBatch> ReadAsync(
        NpgsqlDataSource database, Clustering clustering, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellation);
        var clusters = await ReadClustersAsync(connection, clustering.Id, cancellation);
        long finishedAt = ToMicroseconds(clustering.FinishedAt!.Value);
        await using var reader = await CopyReader.BeginAsync(connection, Select(clustering.Id), cancellation);
        for (bool more = true; more;)
        {
            var rows = new BatchBuilder(clusters, finishedAt);
            while (rows.Count < BatchRows && (more = await reader.ReadRowAsync(cancellation))) rows.Add(reader);
            if (rows.Count > 0) yield return rows.Build();
        }
    }

    /// <summary>Ids that are joined are one person, whose row is that of the id that represents it or, without one, of the first alias.</summary>
    private static string Select(Guid clustering) => $"""
        SELECT coalesce(links.user_id, assigned.user_id), cluster_number, noise, strength, distance, memberships, assigned_at
        FROM assignments AS assigned LEFT JOIN user_links AS links ON alias = assigned.user_id
        WHERE clustering_id = '{clustering}'
            AND (links.user_id IS NULL OR NOT EXISTS (
                SELECT FROM assignments AS other LEFT JOIN user_links AS joined ON joined.alias = other.user_id
                WHERE other.clustering_id = '{clustering}'
                    AND (other.user_id = links.user_id OR (joined.user_id = links.user_id AND joined.alias < links.alias))))
            AND coalesce(links.user_id, assigned.user_id) NOT IN {PersonSql.OptedOutSql}
        """;

    private static async Task<Dictionary<ClusterNumber, (int Id, string Label)>> ReadClustersAsync(
        NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("SELECT number, cluster_id, label FROM clusters WHERE clustering_id = $1", connection);
        query.Parameters.AddWithValue(clustering);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var clusters = new Dictionary<ClusterNumber, (int, string)>();
        while (await reader.ReadAsync(cancellation)) clusters.Add(new ClusterNumber(reader.GetInt32(0)), (reader.GetInt32(1), reader.GetString(2)));
        return clusters;
    }

    private static long ToMicroseconds(DateTime time) => (time.ToUniversalTime() - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>The columns of one batch.</summary>
    private sealed class BatchBuilder(Dictionary<ClusterNumber, (int Id, string Label)> clusters, long finishedAt)
    {
        private readonly StringArray.Builder _users = new();
        private readonly Int32Array.Builder _clusters = new();
        private readonly StringArray.Builder _labels = new();
        private readonly FloatArray.Builder _confidences = new();
        private readonly FloatArray.Builder _distances = new();
        private readonly BooleanArray.Builder _noise = new();
        private readonly FloatArray.Builder _strengths = new();
        private readonly StringArray.Builder _sources = new();
        private readonly Int64Array.Builder _times = new();

        public int Count { get; private set; }

        /// <summary>Adds the current row of a reader.</summary>
        public void Add(CopyReader reader)
        {
            _users.Append(reader.Bytes());
            var number = new ClusterNumber(reader.Int32());
            (int id, string label) = clusters[number];
            _clusters.Append(id);
            _labels.Append(label);
            _noise.Append(reader.Boolean());
            _strengths.Append(reader.SingleOrNull());
            _distances.Append(reader.Single());
            _confidences.Append(StoredMembership.ProbabilityOf(number, reader.Bytes()));
            bool placed = !reader.IsNull;
            _sources.Append(placed ? UserClusterResponse.Incremental : UserClusterResponse.Batch);
            _times.Append(placed ? reader.Milliseconds() * 1000 : finishedAt);
            Count++;
        }

        public RecordBatch Build()
        {
            var times = _times.Build().Data;
            return new RecordBatch(
                Schema,
                [
                    _users.Build(), _clusters.Build(), _labels.Build(), _confidences.Build(), _distances.Build(), _noise.Build(), _strengths.Build(),
                    _sources.Build(), new TimestampArray(new ArrayData(ExportColumns.Time, Count, 0, 0, times.Buffers)),
                ],
                Count);
        }
    }
}

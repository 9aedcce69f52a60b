using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using InterestService.Api.Exports;
using InterestService.Api.Publishing.Snapshots;
using InterestService.Api.Storage.Copying;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Numerics;
using Npgsql;

namespace InterestService.Api.Clusterings.Exports;

/// <summary>The assignments of a clustering to export: a row for each person.</summary>
internal static class AssignmentRows
{
    private static readonly StructType _membership = new(
        [ExportColumns.Create("clusterId", Int32Type.Default), ExportColumns.Create("probability", FloatType.Default)]);

    private static readonly ListType _memberships = new(new Field("element", _membership, nullable: false));

    public static readonly Schema Schema = new(
        [
            ExportColumns.Create("userId", StringType.Default), ExportColumns.Create("clusterId", Int32Type.Default),
            ExportColumns.Create("label", StringType.Default), ExportColumns.Create("confidence", FloatType.Default),
            ExportColumns.Create("distance", FloatType.Default), ExportColumns.Create("noise", BooleanType.Default),
            ExportColumns.Create("strength", FloatType.Default, nullable: true), ExportColumns.Create("source", StringType.Default),
            ExportColumns.Create("assignedAt", ExportColumns.Time), ExportColumns.Create("memberships", _memberships),
        ],
        []);

    private const int BatchRows = 8192;

    /// <summary>Reads the rows as they are asked for.</summary>
    /// <param name="connection">Connection with a transaction that sees one moment.</param>
    /// <param name="clustering">A clustering that has succeeded.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    public static async IAsyncEnumerable<RecordBatch> ReadAsync(
        NpgsqlConnection connection, Clustering clustering, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var clusters = await ReadClustersAsync(connection, clustering.Id, cancellation);
        long finishedAt = ExportColumns.ToMicroseconds(clustering.FinishedAt!.Value);
        string query = $"SELECT person, cluster_number, noise, strength, distance, memberships, assigned_at FROM {ShownAssignments.Sql(clustering.Id)}";
        await using var reader = await CopyReader.BeginAsync(connection, query, cancellation);
        for (bool more = true; more;)
        {
            var rows = new BatchBuilder(clusters, finishedAt);
            while (rows.Count < BatchRows && (more = await reader.ReadRowAsync(cancellation))) rows.Add(reader);
            if (rows.Count > 0) yield return rows.Build();
        }
    }

    private static async Task<Dictionary<ClusterNumber, (int Id, string Label)>> ReadClustersAsync(
        NpgsqlConnection connection, Guid clustering, CancellationToken cancellation)
    {
        await using var query = new NpgsqlCommand("""
            SELECT number, cluster_id, coalesce(cluster_names.label, clusters.label)
            FROM clusters LEFT JOIN cluster_names USING (cluster_id) WHERE clustering_id = $1
            """, connection);
        query.Parameters.AddWithValue(clustering);
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        var clusters = new Dictionary<ClusterNumber, (int, string)>();
        while (await reader.ReadAsync(cancellation)) clusters.Add(new ClusterNumber(reader.GetInt32(0)), (reader.GetInt32(1), reader.GetString(2)));
        return clusters;
    }

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
        private readonly ArrowBuffer.Builder<int> _membershipEnds = new ArrowBuffer.Builder<int>().Append(0);
        private readonly Int32Array.Builder _membershipClusters = new();
        private readonly FloatArray.Builder _membershipProbabilities = new();

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
            var memberships = Packed.Unpack<StoredMembership>(reader.Bytes());
            _confidences.Append(StoredMembership.ProbabilityOf(number, memberships));
            foreach (var membership in memberships)
            {
                _membershipClusters.Append(clusters[membership.Number].Id);
                _membershipProbabilities.Append(membership.Probability);
            }

            _membershipEnds.Append(_membershipClusters.Length);
            bool placed = !reader.IsNull;
            _sources.Append(placed ? UserClusterResponse.Incremental : UserClusterResponse.Batch);
            _times.Append(placed ? reader.Milliseconds() * 1000 : finishedAt);
            Count++;
        }

        public RecordBatch Build() => new(
            Schema,
            [
                _users.Build(), _clusters.Build(), _labels.Build(), _confidences.Build(), _distances.Build(), _noise.Build(), _strengths.Build(),
                _sources.Build(), ExportColumns.Times(_times.Build()),
                new ListArray(
                    _memberships, Count, _membershipEnds.Build(),
                    ExportColumns.Records(_membership, _membershipClusters.Length, _membershipClusters.Build(), _membershipProbabilities.Build()),
                    ArrowBuffer.Empty),
            ],
            Count);
    }
}

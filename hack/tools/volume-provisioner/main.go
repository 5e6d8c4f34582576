// Dynamic volumes for the local cluster: a claim becomes a folder of the node that its pod was scheduled to.
//
// All nodes share one machine, so this runs beside them as an ordinary process and makes the folders itself.
// The usual provisioners start a helper pod for each volume, which costs seconds and needs an image with a
// shell. Volumes are of the kind "local", not "hostPath": only those are given to the pod's fsGroup, as real
// disks are.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

const provisionerName = "keelson.dev/local-folder"

func main() {
	kubeconfig := flag.String("kubeconfig", "", "how to reach the API server")
	nodes := flag.String("nodes", "", "the folder that holds one folder for each node")
	flag.Parse()

	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		klog.Fatal(err)
	}
	client := kubernetes.NewForConfigOrDie(config)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	go growClaims(ctx, client)
	controller.NewProvisionController(ctx, client, provisionerName, folders{root: *nodes},
		controller.LeaderElection(false)).Run(ctx)
}

type folders struct{ root string }

func (f folders) path(node, volume string) string {
	return filepath.Join(f.root, node, "volumes", volume)
}

// Provision makes the folder of a new volume.
func (f folders) Provision(_ context.Context, wanted controller.ProvisionOptions) (
	*core.PersistentVolume, controller.ProvisioningState, error) {
	node := wanted.SelectedNodeName
	if node == "" {
		return nil, controller.ProvisioningFinished,
			fmt.Errorf("no node is chosen: the storage class must bind volumes to the first consumer")
	}
	path := f.path(node, wanted.PVName)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	return &core.PersistentVolume{
		ObjectMeta: meta.ObjectMeta{Name: wanted.PVName},
		Spec: core.PersistentVolumeSpec{
			PersistentVolumeReclaimPolicy: *wanted.StorageClass.ReclaimPolicy,
			AccessModes:                   wanted.PVC.Spec.AccessModes,
			Capacity: core.ResourceList{
				core.ResourceStorage: wanted.PVC.Spec.Resources.Requests[core.ResourceStorage],
			},
			PersistentVolumeSource: core.PersistentVolumeSource{
				Local: &core.LocalVolumeSource{Path: path},
			},
			NodeAffinity: &core.VolumeNodeAffinity{Required: &core.NodeSelector{
				NodeSelectorTerms: []core.NodeSelectorTerm{{
					MatchExpressions: []core.NodeSelectorRequirement{{
						Key: core.LabelHostname, Operator: core.NodeSelectorOpIn, Values: []string{node},
					}},
				}},
			}},
		},
	}, controller.ProvisioningFinished, nil
}

// Delete removes the folder of a volume whose claim is gone and whose class says "Delete".
func (f folders) Delete(_ context.Context, volume *core.PersistentVolume) error {
	node := volume.Spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0].Values[0]
	return os.RemoveAll(f.path(node, volume.Name))
}

// growClaims grants every wish for a larger volume: a folder has no size, so only the books change. A look once
// a second is enough here and needs no watch that could break.
func growClaims(ctx context.Context, client kubernetes.Interface) {
	for ctx.Err() == nil {
		if err := growOnce(ctx, client); err != nil && ctx.Err() == nil {
			klog.ErrorS(err, "cannot grow claims")
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func growOnce(ctx context.Context, client kubernetes.Interface) error {
	claims, err := client.CoreV1().PersistentVolumeClaims("").List(ctx, meta.ListOptions{})
	if err != nil {
		return err
	}
	for _, claim := range claims.Items {
		wanted := claim.Spec.Resources.Requests[core.ResourceStorage]
		has := claim.Status.Capacity[core.ResourceStorage]
		if claim.Status.Phase != core.ClaimBound || wanted.Cmp(has) <= 0 {
			continue
		}
		volume, err := client.CoreV1().PersistentVolumes().Get(ctx, claim.Spec.VolumeName, meta.GetOptions{})
		if err != nil {
			return err
		}
		if volume.Annotations["pv.kubernetes.io/provisioned-by"] != provisionerName {
			continue
		}
		volume.Spec.Capacity[core.ResourceStorage] = wanted
		if _, err := client.CoreV1().PersistentVolumes().Update(ctx, volume, meta.UpdateOptions{}); err != nil {
			return err
		}
		claim.Status.Capacity[core.ResourceStorage] = wanted
		claim.Status.Conditions = nil
		if _, err := client.CoreV1().PersistentVolumeClaims(claim.Namespace).
			UpdateStatus(ctx, &claim, meta.UpdateOptions{}); err != nil {
			return err
		}
		klog.InfoS("grown", "claim", klog.KObj(&claim), "to", wanted.String())
	}
	return nil
}
